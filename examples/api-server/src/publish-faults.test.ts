// Guarantees 1 and 2 on the way to Mission Control: a thousand publishers of one file, and two hundred files over a network that fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublisher, parseSigned, type SignedEvidence } from '@promotable/sdk-evidence';
import { postgresEvidenceStore } from '@promotable/sdk-evidence/server/postgres';
import { openSqliteSpool, publishOrSpool } from '@promotable/sdk-evidence/spool';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localTenant } from './configuration.ts';
import { faults, faultyProxy } from './testing/faulty-proxy.ts';
import { buildPredicate, operationNamed, service, stagePredicate } from './testing/mc-client.ts';
import { mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const releases = Array.from({ length: 10 }, (_, index) => `1.${index}.0`);
/** Build records and windows of each release; with ten releases 200 in all. */
const [builds, windows] = [5, 15];
/** `FAULTS_SEED` repeats which requests fail; the machine's own timing differs all the same. */
const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000);
const startedAt = Date.now() - 3_600_000;

let worlds: RunningMc[];
beforeAll(async () => {
  worlds = await Promise.all([runMissionControl(), runMissionControl()]);
});
afterAll(() => Promise.all(worlds.map((mc) => mc.end())));

/** The same 200 statements for every world, signed by the key that it trusts. */
async function signedFor({ client }: RunningMc): Promise<SignedEvidence[]> {
  const at = (minutes: number) => new Date(startedAt + minutes * 60_000).toISOString();
  const predicates = releases.flatMap((releaseId, release) => [
    ...Array.from({ length: builds }, (_, attempt) =>
      buildPredicate({
        releaseId,
        run: { provider: 'ci', id: 'run-1', attempt: attempt + 1 },
        observed: { from: at(0), until: at(1) },
        samples: { sbom: 3 + attempt, tests: 2 },
        ...(attempt === 1 ? { values: failedTests } : {}),
      }),
    ),
    // Each window is measured by three attempts; the last window of some releases is told first.
    ...Array.from({ length: windows }, (_, index) =>
      stagePredicate({
        releaseId,
        run: { provider: 'canary', id: `window-${Math.floor(index / 3)}`, attempt: 1 + ((index + release) % 3) },
        observed: { from: at(10 + 2 * Math.floor(index / 3)), until: at(11 + 2 * Math.floor(index / 3)) },
        samples: { slo: 400 + index, stable: 1600 },
      }),
    ),
  ]);
  const sign = async (predicate: object) => parseSigned(Buffer.from(JSON.stringify(await client.sign(predicate))));
  const signed = await Promise.all(predicates.map(sign));
  const random = randomFrom(seed);
  return signed
    .map((evidence) => [random(), evidence] as const)
    .sort(([a], [b]) => a - b)
    .map(([, evidence]) => evidence);
}

const failedTests = {
  sbom: { absent: 'SBOM_ABSENT' },
  tests: {
    format: 'junit',
    documentDigests: ['4'.repeat(64)],
    total: 2,
    passed: 1,
    failed: 1,
    errors: 0,
    skipped: 0,
    durationMs: 5,
    failures: ['checkout total'],
  },
};

async function publisherTo(mc: RunningMc, url: string, attempts: number) {
  const token = await mc.token();
  return createPublisher({
    url,
    token: async () => token,
    attempts,
    // A thousand at once wait for each other on a busy machine.
    attemptMs: 45_000,
    backoff: { base: 5, max: 40 },
    breaker: { failures: 50, openMs: 10 },
  });
}

/** Everything that a gate would read of every release, without what tells when and in which order it came. */
async function standings({ database }: RunningMc): Promise<string> {
  const store = postgresEvidenceStore(database.pool);
  const read = await Promise.all(
    releases.map((releaseId) => store.releaseEvidence({ tenant: localTenant, service, releaseId, environment: 'production', stage: '20' })),
  );
  const ofArrival = ['receivedAt', 'ingestSequence', 'keyId', 'traceparent'];
  return JSON.stringify(read, (key, value: unknown) => (ofArrival.includes(key) ? undefined : value), 1);
}

async function storedDigests({ database }: RunningMc): Promise<string[]> {
  const { rows } = await database.pool.query<{ statement_digest: string }>('SELECT statement_digest FROM evidence.records');
  return rows.map(({ statement_digest: digest }) => digest).sort();
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>, workers = 20): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

test('200 different records through a network that harms 30 % of requests are 200 rows after a replay, and count as they would have without', async () => {
  const [harmed, unharmed] = worlds as [RunningMc, RunningMc];
  const [evidence, same] = await Promise.all([signedFor(harmed), signedFor(unharmed)]);
  const digests = evidence.map(({ statementDigest }) => statementDigest);
  expect(same.map(({ statementDigest }) => statementDigest)).toEqual(digests);
  expect(new Set(digests).size).toBe(200);
  const proxy = await faultyProxy(harmed.url, { share: 0.3, random: randomFrom(seed + 1) });
  const folder = await mkdtemp(join(tmpdir(), 'promotable-faults-'));
  try {
    const spool = await openSqliteSpool(join(folder, 'spool.sqlite'));
    // Two attempts, so that every tenth record or so has to wait.
    const publisher = await publisherTo(harmed, proxy.url, 2);
    await inParallel(evidence, (each) => publishOrSpool(each, { publisher, spool }));
    expect((await spool.list()).length, `seed ${seed}`).toBeGreaterThan(0);
    await spool.close();

    const mc = mcIn(folder, { MC_TOKEN: await harmed.token(), PROMOTABLE_POLICY_LAYER: 'demo' });
    const replay = () => mc(`evidence replay --spool spool.sqlite --url ${proxy.url} --attempts 10 --json`);
    let last = await replay();
    for (let again = 0; again < 5 && last.code !== 0; again++) last = await replay();
    expect([last.code, last.json()], `seed ${seed}`).toMatchObject([0, { remaining: 0, setAside: 0, expired: 0, stopped: null }]);
    expect(await storedDigests(harmed), `seed ${seed}`).toEqual([...digests].sort());
    // The network did all that it can do.
    for (const fault of faults) expect(proxy.done[fault], `${fault}, seed ${seed}`).toBeGreaterThan(0);

    const direct = await publisherTo(unharmed, unharmed.url, 1);
    await inParallel(same, (each) => direct.publish(each));
    expect(await standings(harmed), `seed ${seed}`).toBe(await standings(unharmed));
  } finally {
    await proxy.close();
    await rm(folder, { recursive: true });
  }
});

test('1000 concurrent publishes of one file are one row, one acceptance and 999 duplicates with its receipt', async () => {
  const [mc] = worlds as [RunningMc];
  const evidence = parseSigned(Buffer.from(JSON.stringify(await mc.client.sign(buildPredicate({ releaseId: 'one-file' })))));
  const publisher = await publisherTo(mc, mc.url, 10);
  const published = await Promise.all(Array.from({ length: 1000 }, () => publisher.publish(evidence)));
  const outcomes = Map.groupBy(published, ({ outcome }) => outcome);
  expect([outcomes.get('accepted')?.length, outcomes.get('duplicate')?.length]).toEqual([1, 999]);
  expect(new Set(published.map(({ receipt }) => `${receipt.ledgerSequence} ${receipt.receivedAt}`)).size).toBe(1);
  const { rows } = await mc.database.pool.query('SELECT 1 FROM evidence.records WHERE release_id = $1', ['one-file']);
  expect(rows).toHaveLength(1);
});

test('what was published is seen by the very next question about the release', async () => {
  const [, mc] = worlds as [RunningMc, RunningMc];
  const publisher = await publisherTo(mc, mc.url, 10);
  const token = await mc.token();
  const evidenceOk = async (releaseId: string): Promise<string[]> => {
    const variables = { service, releaseId, environment: 'production', stage: '20' };
    const body = JSON.stringify({ id: operationNamed('query EvidenceOkAt('), variables });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${mc.url}/graphql`, { method: 'POST', headers, body });
    const { data } = (await response.json()) as { data: { evidenceOk: { reasonDetails: { code: string }[] } } };
    return data.evidenceOk.reasonDetails.map(({ code }) => code);
  };
  for (const releaseId of ['seen-1', 'seen-2', 'seen-3']) {
    expect(await evidenceOk(releaseId)).toContain('NO_EVIDENCE');
    await publisher.publish(parseSigned(Buffer.from(JSON.stringify(await mc.client.sign(buildPredicate({ releaseId }))))));
    expect(await evidenceOk(releaseId)).not.toContain('NO_EVIDENCE');
  }
});

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
