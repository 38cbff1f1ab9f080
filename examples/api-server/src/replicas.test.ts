// Two processes of Mission Control on one database behave as one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPredicate, type McClient, mcClient, stagePredicate } from './testing/mc-client.ts';
import { type McProcess, startMc } from './testing/mc-process.ts';
import { replayEveryDecision } from './testing/replay-every-decision.ts';

let database: TestDatabase;
let data: string;
let replicas: McProcess[] = [];
let clients: McClient[];

beforeAll(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'promotable-replicas-'));
  // Both at once: keys, migrations and policy are made by whoever is first. No window of the layer `standard` comes due while the polls last.
  replicas = await Promise.all([1, 2].map(() => startMc(['--data', data, '--port', '0'], { POSTGRES_URI: database.uri })));
  clients = await Promise.all(replicas.map(({ url }) => mcClient(url, data)));
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
  await replayEveryDecision(database.pool, data);
  await database.drop();
  await rm(data, { recursive: true });
});

const question = { releaseId: '2.0.0', digests: [`sha256:${'a'.repeat(64)}`] };

async function counted(): Promise<{ decisions: number; entries: number }> {
  const { rows } = await database.pool.query<{ decisions: number; entries: number }>(
    `SELECT (SELECT count(*)::int FROM gate.decisions WHERE release_id = '2.0.0') AS decisions,
            (SELECT count(*)::int FROM ledger.entry WHERE stream = 'decision' AND subject LIKE '%2.0.0%') AS entries`,
  );
  return rows[0] as { decisions: number; entries: number };
}

describe('two MC processes on one database', () => {
  it('are both ready, with the same keys', async () => {
    const answers = await Promise.all(
      replicas.map(async ({ url }) => [
        (await fetch(`${url}/readyz`)).status,
        await (await fetch(`${url}/.well-known/promotable/keys.json`)).text(),
      ]),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(200);
  });

  it('store one record of what is published to both at once', async () => {
    const bundle = await clients[0]?.sign(buildPredicate({ releaseId: '2.0.0' }));
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => clients[index % 2]?.publish(bundle ?? null, { releaseId: '2.0.0' })),
    );
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer?.status === 409)).toHaveLength(39);
    expect(await clients[1]?.list('2.0.0')).toHaveLength(1);
  });

  it('make of 1000 polls of one held release by 8 clients one decision, one ledger entry and one transition', async () => {
    const verdicts = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        for (let poll = 0; poll < 125; poll += 1) {
          const answer = await clients[(index + poll) % 2]?.ask(question);
          const verdict = `${answer?.status} ${String(answer?.body['verdict'])} ${String(answer?.body['revision'])}`;
          verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        }
      }),
    );
    const metrics = await Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const transitions = metrics.reduce(
      (sum, text) => sum + Number(/^rollout_gate_hold_total\{environment="production",stage="20"\} (\d+)/m.exec(text)?.[1] ?? 0),
      0,
    );
    const { decisions, entries } = await counted();
    process.stdout.write(`1000 polls at two processes: ${decisions} decision, ${entries} ledger entry, ${transitions} transition\n`);
    expect(Object.fromEntries(verdicts)).toEqual({ '200 hold 1': 1000 });
    expect({ decisions, entries, transitions }).toEqual({ decisions: 1, entries: 1, transitions: 1 });
  });

  it('change their verdict within one poll of new evidence, whichever of the two took it', async () => {
    await clients[0]?.publish((await clients[0]?.sign(stagePredicate({ releaseId: '2.0.0', samples: { slo: 3, stable: 3 } }))) ?? null, {
      releaseId: '2.0.0',
    });
    const [first, second] = await Promise.all(clients.map((client) => client.ask(question)));
    const codes = (answer: typeof first) => ((answer?.body['reasons'] ?? []) as { code: string }[]).map(({ code }) => code);
    expect(codes(second)).not.toContain('NO_EVIDENCE');
    expect(codes(second)).toEqual(codes(first));
    expect([first?.body['revision'], second?.body['revision']]).toEqual([2, 2]);
  });

  it('give a listing from memory until evidence is added at either of them', async () => {
    const [first, second] = clients as [McClient, McClient];
    const hits = async (): Promise<number> =>
      Number(
        /^response_cache_reads_total\{result="hit"\} (\d+)/m.exec(await (await fetch(`${replicas[1]?.url}/metrics`)).text())?.[1] ?? 0,
      );
    // A listing is kept once its records have their places in the ledger.
    const before = await hits();
    await vi.waitFor(
      async () => {
        await second.list('2.0.0');
        expect(await hits()).toBeGreaterThan(before);
      },
      { timeout: 15_000, interval: 200 },
    );
    const listed = (await second.list('2.0.0')).length;
    const bundle = await first.sign(stagePredicate({ releaseId: '2.0.0', run: { provider: 'canary', id: 'another', attempt: 1 } }));
    expect((await first.publish(bundle, { releaseId: '2.0.0' })).status).toBe(200);
    expect(await first.list('2.0.0')).toHaveLength(listed + 1);
    await vi.waitFor(async () => expect(await second.list('2.0.0')).toHaveLength(listed + 1), { timeout: 3000 });
  });

  it('go on when one of them is killed', async () => {
    await replicas[0]?.end('SIGKILL');
    expect((await clients[1]?.ask(question))?.body).toMatchObject({ verdict: 'hold' });
    expect(
      (await clients[1]?.publish((await clients[1]?.sign(buildPredicate({ releaseId: '3.0.0' }))) ?? null, { releaseId: '3.0.0' }))?.status,
    ).toBe(200);
  });
});
