// Guarantees 1 and 2 while everything dies: MC, the publisher and PostgreSQL, by SIGKILL, at random points of 500 publishes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listedKeys, verifyKeySet } from '@promotable/attest';
import { verifyLedgerExport } from '@promotable/ledger';
import { startPostgres } from '@promotable/services';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BatchOrder, readAcknowledgements } from './testing/batch-publisher.ts';
import { mcClient, stagePredicate } from './testing/mc-client.ts';
import { type McProcess, startMc } from './testing/mc-process.ts';

const publishes = 500;
const killsOfEach = 3;
/** `CRASH_SEED` repeats the choice of victims and moments of a run; the machine's own timing differs all the same. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

type Postgres = Awaited<ReturnType<typeof startPostgres>>;
type Victim = 'mc' | 'publisher' | 'postgres';

let folder: string;
let postgres: Postgres;
let mc: McProcess;
let publisher: ChildProcess;
let order: BatchOrder;
let startMcAgain: () => Promise<McProcess>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promotable-crash-'));
  postgres = await startPostgres({ dataDirectory: join(folder, 'postgres') });
  const POSTGRES_URI = await postgres.createDatabase('mc');
  const port = String(await freePort());
  startMcAgain = () => startMc(['--data', join(folder, 'mc'), '--port', port], { POSTGRES_URI, LOG_LEVEL: 'silent' });
  mc = await startMcAgain();
  order = {
    url: mc.url,
    tokenFile: join(folder, 'mc/tokens/publisher'),
    evidence: join(folder, 'evidence'),
    spool: join(folder, 'spool.db'),
    acknowledgements: join(folder, 'acknowledgements'),
  };
  await mkdir(order.evidence);
  const client = await mcClient(mc.url, join(folder, 'mc'));
  for (let number = 0; number < publishes; number++) {
    const releaseId = `1.${number % 25}.0`;
    const bundle = await client.sign(stagePredicate({ releaseId, run: { provider: 'canary', id: `window-${number}`, attempt: 1 } }));
    await writeFile(join(order.evidence, `${String(number).padStart(4, '0')}.json`), `${JSON.stringify(bundle)}\n`);
  }
});

afterAll(async () => {
  publisher?.kill('SIGKILL');
  await mc?.end('SIGKILL');
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('MC, publisher and PostgreSQL killed at random points of 500 publishes: every acknowledged record is there once, none twice, the ledger is whole', {
  timeout: 240_000,
}, async () => {
  const random = randomFrom(seed);
  const victims = shuffled((['mc', 'publisher', 'postgres'] as const).flatMap((victim) => Array<Victim>(killsOfEach).fill(victim)));
  const moments = victims.map(() => Math.floor(random() * (publishes - 20))).sort((a, b) => a - b);
  publisher = startPublisher();
  for (const [index, victim] of victims.entries()) {
    await vi.waitUntil(() => readAcknowledgements(order.acknowledgements).length >= (moments[index] ?? 0), {
      timeout: 60_000,
      interval: 5,
    });
    await new Promise((next) => setTimeout(next, random() * 20));
    await kill(victim);
  }
  if (publisher.exitCode === null) await once(publisher, 'exit');
  expect(publisher.exitCode, `seed ${seed}`).toBe(0);

  const acknowledged = readAcknowledgements(order.acknowledgements);
  // A duplicate is acknowledged with the first receipt: one digest never has two places.
  const receipts = new Map(acknowledged.map(({ statementDigest, ledgerSequence }) => [statementDigest, ledgerSequence]));
  expect(new Set(acknowledged.map((line) => `${line.statementDigest} ${line.ledgerSequence}`)).size, `seed ${seed}`).toBe(publishes);
  expect(await storedRecords(), `seed ${seed}`).toEqual([...receipts].sort());

  const { report, digests } = await exportedLedger();
  expect(report, `seed ${seed}`).toMatchObject({ ok: true, unsealed: 0, head: { position: publishes }, faults: [] });
  expect(digests, `seed ${seed}`).toEqual([...receipts.keys()].sort());
});

async function kill(victim: Victim): Promise<void> {
  if (victim === 'publisher') {
    publisher.kill('SIGKILL');
    if (publisher.exitCode === null && publisher.signalCode === null) await once(publisher, 'exit');
    publisher = startPublisher();
  } else if (victim === 'mc') {
    await mc.end('SIGKILL');
    mc = await startMcAgain();
  } else {
    const [postmaster] = (await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(postmaster), 'SIGKILL');
    const { port, dataDirectory } = postgres;
    await postgres.stop();
    postgres = await startPostgres({ dataDirectory, port });
  }
}

function startPublisher(): ChildProcess {
  const program = fileURLToPath(new URL('testing/batch-publisher.ts', import.meta.url));
  return spawn(process.execPath, ['--conditions=@promotable/source', program, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** `[statement digest, ledger sequence]` of every record in the database. */
async function storedRecords(): Promise<string[][]> {
  const client = new pg.Client({ connectionString: await postgres.createDatabase('mc') });
  await client.connect();
  const { rows } = await client.query<{ statement_digest: string; ingest_sequence: string }>(
    'SELECT statement_digest, ingest_sequence FROM evidence.records',
  );
  await client.end();
  return rows.map((row) => [row.statement_digest, row.ingest_sequence]).sort();
}

/** Judges the exported evidence stream, and lists the statement digests that its entries speak of. */
async function exportedLedger() {
  const client = await mcClient(mc.url, join(folder, 'mc'));
  const exported = async (): Promise<string[]> => (await (await client.get('/v1/ledger/evidence/export')).text()).trimEnd().split('\n');
  await vi.waitUntil(async () => (JSON.parse((await exported())[0] ?? '') as { unsealed: number }).unsealed === 0, { timeout: 20_000 });
  const { keySet: bundle } = (await (await fetch(`${mc.url}/.well-known/promotable/keys.json`)).json()) as { keySet: unknown };
  const root = await readFile(join(folder, 'mc/root.pub'), 'utf8');
  const keySet = verifyKeySet(bundle, { rootPublicKeys: [root], now: Date.now() });
  const lines = await exported();
  const entries = lines.map((line) => JSON.parse(line) as { kind: string; bodyDigest?: string }).filter(({ kind }) => kind === 'entry');
  return {
    report: await verifyLedgerExport(lines, { resolveKey: listedKeys(keySet, 'checkpoint') }),
    digests: entries.map(({ bodyDigest }) => bodyDigest).sort(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled<T>(items: T[]): T[] {
  const random = randomFrom(seed + 1);
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
