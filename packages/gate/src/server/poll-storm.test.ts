import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askGate, type ClientAnswer, memoryState, type StateStore } from '../client.ts';
import { gateMigrations, postgresGateStore } from '../postgres.ts';
import { decisionStream } from '../server.ts';
import { type HttpGate, serve } from '../testing/http.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { minute, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, type World } from '../testing/world.ts';

let database: TestDatabase;
let worlds: World[] = [];
let gates: HttpGate[] = [];
let states: StateStore[] = [];

/** A gate instance of its own on the database that all share. */
async function instance(shared?: World): Promise<World> {
  const { pool } = database;
  return createWorld({
    store: postgresGateStore(pool),
    transactor: postgresTransactor(pool),
    ledger: createPostgresLedger({ pool }),
    ...(shared === undefined ? {} : { shared }),
  });
}

function poll(client: number, question: typeof ask20 = ask20): Promise<ClientAnswer> {
  const { clock, keys } = worlds[0] as World;
  const { url } = gates[client % 2] as HttpGate;
  return askGate({
    url,
    token: 'acme',
    question,
    trust: { rootPublicKey: keys.root.publicKeyPem },
    state: states[client] as StateStore,
    clock,
    attemptMs: 30_000,
    totalMs: 60_000,
  });
}

async function counts() {
  const { rows } = await database.pool.query<{ decisions: number; entries: number }>(
    'SELECT (SELECT count(*)::integer FROM gate.decisions) AS decisions, (SELECT count(*)::integer FROM ledger.entry WHERE stream = $1) AS entries',
    [decisionStream],
  );
  return { ...rows[0], transitions: worlds.flatMap(({ events }) => events.filter(({ type }) => type === 'transition')).length };
}

beforeAll(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations, gateMigrations] });
  const first = await instance();
  worlds = [first, await instance(first)];
  gates = await Promise.all(worlds.map(serve));
  states = Array.from({ length: 8 }, memoryState);
});

describe('8 clients at two gates on one database', () => {
  replaysEveryDecision();

  it('who poll one held release 1000 times make one decision, one ledger entry and one transition', async () => {
    const answers = (
      await Promise.all(
        states.map(async (_state, client) => {
          const mine: ClientAnswer[] = [];
          for (let turn = 0; turn < 125; turn++) mine.push(await poll(client));
          return mine;
        }),
      )
    ).flat();
    expect(answers).toHaveLength(1000);
    expect(new Set(answers.map(({ verdict, source, exitCode }) => `${verdict} ${source} ${exitCode}`))).toEqual(new Set(['hold mc 3']));
    expect(new Set(answers.map(({ decision }) => decision?.id)).size).toBe(1);
    const counted = await counts();
    process.stderr.write(
      `1000 polls by 8 clients at 2 gates: ${counted.decisions} decision, ${counted.entries} ledger entry, ${counted.transitions} transition\n`,
    );
    expect(counted).toEqual({ decisions: 1, entries: 1, transitions: 1 });
  });

  it('see the new verdict at the first poll after new evidence, and make one more decision', async () => {
    const { clock } = worlds[0] as World;
    clock.advance(7 * minute);
    publishWindow(worlds[0] as World, ask20);
    const answers = await Promise.all(states.map((_state, client) => poll(client)));
    expect(answers.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 8 }, () => 'pass'));
    expect(await counts()).toEqual({ decisions: 2, entries: 2, transitions: 2 });
  });

  it('never get a 20 % pass for 50 %, with the gates up', async () => {
    const answers = await Promise.all(states.map((_state, client) => poll(client, { ...ask20, stage: '50' })));
    expect(new Set(answers.map(({ verdict }) => verdict))).toEqual(new Set(['hold']));
  });

  it('go on at 20 % with the pass that they hold, and hold at 50 %, with the gates down', async () => {
    await Promise.all(gates.map((gate) => gate.close()));
    const down = (client: number, question: typeof ask20) => {
      const { clock, keys } = worlds[0] as World;
      return askGate({
        url: (gates[client % 2] as HttpGate).url,
        token: 'acme',
        question,
        trust: { rootPublicKey: keys.root.publicKeyPem },
        state: states[client] as StateStore,
        clock,
        attemptMs: 100,
        totalMs: 300,
      });
    };
    const at20 = await Promise.all(states.map((_state, client) => down(client, ask20)));
    expect(new Set(at20.map(({ verdict, source }) => `${verdict} ${source}`))).toEqual(new Set(['pass remembered']));
    const at50 = await Promise.all(states.map((_state, client) => down(client, { ...ask20, stage: '50' })));
    expect(new Set(at50.map(({ verdict, reasons }) => `${verdict} ${reasons[0]?.code}`))).toEqual(new Set(['hold MC_UNREACHABLE']));
  });
});

afterAll(async () => {
  await database.drop();
});
