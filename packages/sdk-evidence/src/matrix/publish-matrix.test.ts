import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, localSigner } from '@promotable/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSigned } from '../build/signed-evidence.ts';
import { publisherTo } from '../publish/publisher-under-test.ts';
import { accept, cutConnection, neverAnswer, refusal, type Reply, scriptedServer } from '../scripted-server.ts';
import { openDirectorySpool } from '../spool/directory-spool.ts';
import { evidenceSource } from './evidence-source.ts';
import { parseMatrix } from './matrix.ts';
import { publishMatrix } from './publish-matrix.ts';
import { openReceipts } from './receipts.ts';

const junit = '<testsuite name="s" tests="1" timestamp="2026-11-21T10:00:00Z" time="1"><testcase name="a" time="1"/></testsuite>';
const key = generateSigningKey('ecdsa-p256').privateKeyPem;
let directory: string;
let now = 0;
beforeEach(async () => {
  now = Date.parse('2026-11-21T12:00:00Z');
  directory = await mkdtemp(join(tmpdir(), 'matrix-'));
  await mkdir(join(directory, 'out'));
  for (const name of ['base.tgz', 'a.tgz', 'b.tgz', 'c.tgz']) await writeFile(join(directory, name), `bytes of ${name}`);
  await writeFile(join(directory, 'junit.xml'), junit);
  await writeFile(join(directory, 'lcov.info'), 'SF:a.ts\nDA:1,1\nLF:1\nLH:1\nend_of_record\n');
});
afterEach(() => rm(directory, { recursive: true }));

const matrix = (...services: object[]) =>
  parseMatrix({
    version: 1,
    releaseId: 'r1',
    run: { provider: 'github', id: '1187', attempt: 1 },
    artifacts: { base: { file: 'base.tgz' } },
    services:
      services.length > 0 ? services : ['a', 'b', 'c'].map((service) => ({ service, artifacts: ['base', { file: `${service}.tgz` }] })),
  });

async function run(url: string, entries = matrix(), { signal, pem = key }: { signal?: AbortSignal; pem?: string } = {}) {
  const progress: string[] = [];
  const spool = await openDirectorySpool(join(directory, 'spool'));
  const results = await publishMatrix({
    entries,
    source: evidenceSource({ directory, out: join(directory, 'out'), signer: async () => localSigner(pem), clock: { now: () => now++ } }),
    publisher: publisherTo(url, { attempts: 1 }),
    spool,
    receipts: await openReceipts(join(directory, 'receipts.jsonl'), { mc: url }),
    onProgress: ({ service }, done, of) => void progress.push(`${done} of ${of}: ${service}`),
    signal,
  });
  return { results, progress, outcomes: results.map(({ outcome }) => outcome), spooled: await spool.list() };
}

const serviceOf = (body: string) => (JSON.parse(body) as { variables: { input: { service: string } } }).variables.input.service;
const byService =
  (replies: Record<string, Reply>): Reply =>
  (request, response) =>
    (replies[serviceOf(request.body)] ?? accept())(request, response);

describe('a matrix, published', () => {
  it('has a receipt for each service; a second run builds, signs and sends nothing, though no report states a time', async () => {
    await using server = await scriptedServer(accept());
    const first = await run(server.url);
    expect(first.outcomes).toEqual(['accepted', 'accepted', 'accepted']);
    expect(first.results.map(({ receipt, statementDigest }) => receipt?.statementDigest === statementDigest)).toEqual([true, true, true]);
    expect(first.progress.at(-1)).toMatch(/^3 of 3: /);
    const second = await run(server.url);
    expect(second.outcomes).toEqual(['kept', 'kept', 'kept']);
    expect(second.results.map(({ receipt }) => receipt)).toEqual(first.results.map(({ receipt }) => receipt));
    expect(server.requests).toHaveLength(3);
    expect(await readdir(join(directory, 'out'))).toHaveLength(3);
  });

  it('sends again what was refused or had to wait, and nothing else; what waited leaves the spool', async () => {
    const faults: Record<string, Reply> = { a: refusal(422, 'RELEASE_DIGEST_CONFLICT'), b: cutConnection };
    await using server = await scriptedServer((request, response) => byService(faults)(request, response));
    const first = await run(server.url);
    expect(first.outcomes).toEqual(['refused', 'spooled', 'accepted']);
    expect(first.results.map(({ error }) => error?.code)).toEqual(['RELEASE_DIGEST_CONFLICT', 'MC_UNREACHABLE', undefined]);
    expect(first.spooled).toHaveLength(1);
    for (const service of ['a', 'b']) delete faults[service];
    const sent = server.requests.length;
    const second = await run(server.url);
    expect(second.outcomes).toEqual(['accepted', 'accepted', 'kept']);
    expect(second.spooled).toEqual([]);
    expect(
      server.requests
        .slice(sent)
        .map(({ body }) => serviceOf(body))
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('lets an entry that cannot be built keep nobody back, and says where its faults are', async () => {
    await using server = await scriptedServer(accept());
    const { outcomes, results } = await run(
      server.url,
      matrix(
        { service: 'a', artifacts: [{ file: 'nowhere.tgz' }] },
        { service: 'b', artifacts: ['base'], reports: { junit: ['base.tgz'] } },
        { service: 'c' },
        { service: 'd', artifacts: ['base'], reports: { junit: ['junit.xml'], coverage: ['lcov.info'] } },
        { service: 'e', evidence: 'nowhere.json' },
      ),
    );
    expect(outcomes).toEqual(['unbuilt', 'unbuilt', 'unbuilt', 'accepted', 'unbuilt']);
    expect(results.map(({ error }) => error?.code)).toEqual([
      'REPORT_UNREADABLE',
      'REPORT_UNREADABLE',
      'EVIDENCE_INVALID',
      undefined,
      'REPORT_UNREADABLE',
    ]);
    expect(results[0]?.error?.faults).toMatchObject([{ path: '/artifacts/0/file' }]);
    expect(results[1]?.error?.faults[0]?.path).toMatch(/^\/junit/);
    expect(parseSigned(await readFile(results[3]?.file ?? '')).predicate.samples).toMatchObject({ tests: 1, coverage: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('sends signed evidence as it lies there, of that very release alone', async () => {
    await using server = await scriptedServer(accept());
    const [built] = (await run(server.url)).results;
    const file = built?.file ?? '';
    await rm(join(directory, 'receipts.jsonl'));
    const given = await run(server.url, matrix({ service: 'a', evidence: file }, { service: 'b', evidence: file }));
    expect(given.outcomes).toEqual(['accepted', 'unbuilt']);
    expect(given.results[0]?.statementDigest).toBe(built?.statementDigest);
    expect(given.results[1]?.error?.faults).toMatchObject([{ path: '/evidence/service', code: 'mismatch' }]);
  });

  it('builds anew when an input or the signing key is another one', async () => {
    await using server = await scriptedServer(accept());
    await run(server.url);
    await writeFile(join(directory, 'a.tgz'), 'other bytes');
    expect((await run(server.url)).outcomes).toEqual(['accepted', 'kept', 'kept']);
    const other = generateSigningKey('ecdsa-p256').privateKeyPem;
    expect((await run(server.url, matrix(), { pem: other })).outcomes).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('stops when told to, and says what was not sent', async () => {
    const controller = new AbortController();
    await using server = await scriptedServer((request, response) => {
      neverAnswer(request, response);
      controller.abort();
    });
    expect((await run(server.url, matrix(), { signal: controller.signal })).outcomes).toEqual(['unsent', 'unsent', 'unsent']);
    expect((await run(server.url, matrix(), { signal: AbortSignal.abort() })).outcomes).toEqual(['unsent', 'unsent', 'unsent']);
  });

  it('has no more at once than it was told', async () => {
    let [open, most] = [0, 0];
    // The first of each pair waits for the second: were they sent one by one, nothing would be answered.
    let first: (() => void) | null = null;
    await using server = await scriptedServer((request, response) => {
      most = Math.max(most, ++open);
      const answer = (): void => {
        open--;
        accept()(request, response);
      };
      if (first === null) first = answer;
      else {
        const both = [first, answer];
        first = null;
        for (const each of both) each();
      }
    });
    const entries = matrix(...Array.from({ length: 20 }, (_, index) => ({ service: `s${index}`, artifacts: ['base'] })));
    const spool = await openDirectorySpool(join(directory, 'spool'));
    const results = await publishMatrix({
      entries,
      parallel: 3,
      source: evidenceSource({ directory, out: join(directory, 'out'), signer: async () => localSigner(key), clock: { now: () => now } }),
      publisher: publisherTo(server.url),
      spool,
      receipts: await openReceipts(join(directory, 'receipts.jsonl'), { mc: server.url }),
    });
    expect(results.map(({ service }) => service)).toEqual(entries.map(({ service }) => service));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });
});
