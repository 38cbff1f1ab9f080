import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { createEvidenceEvents } from '../publish/events.ts';
import { createPublisher, type PublisherOptions } from '../publish/publisher.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, cutConnection, duplicate, neverAnswer, refusal, type Reply, scriptedServer, sentDigest } from '../scripted-server.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { publishOrSpool } from './publish-or-spool.ts';
import { replay, type ReplayProgress } from './replay.ts';
import type { Spool } from './spool.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const token = 'opaque-test-token-0123456789';
const publisherTo = (url: string, options: Partial<PublisherOptions> = {}) =>
  createPublisher({ url, token: async () => token, random: () => 0, attempts: 1, breaker: { failures: 1000, openMs: 1000 }, ...options });
const adapters = [
  ['directory', (directory: string) => openDirectorySpool(join(directory, 'spool'))],
  ['sqlite', (directory: string) => openSqliteSpool(join(directory, 'spool.db'))],
] as const;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Answers by the number of the sample, which its digest tells. */
async function replies(byNumber: Record<number, Reply>, otherwise: Reply): Promise<Reply> {
  const digests = new Map(
    await Promise.all(
      Object.keys(byNumber).map(
        async (number) => [(await sampleEvidence(Number(number))).statementDigest, byNumber[Number(number)] as Reply] as const,
      ),
    ),
  );
  return (request, response) =>
    (
      digests.get((JSON.parse(request.body) as { variables: { input: { idempotencyKey: string } } }).variables.input.idempotencyKey) ??
      otherwise
    )(request, response);
}

async function fill(spool: Spool, ...sampleNumbers: number[]): Promise<string[]> {
  const digests: string[] = [];
  for (const number of sampleNumbers) {
    const { statementDigest, bytes } = await sampleEvidence(number);
    await spool.put({ statementDigest, idempotencyKey: statementDigest, bytes });
    digests.push(statementDigest);
  }
  return digests;
}

describe.each(adapters)('publishOrSpool with the %s spool', (_, open) => {
  it('publishes when MC is there and leaves the spool empty', async () => {
    await using server = await scriptedServer(accept(), duplicate);
    const spool = await open(directory);
    const evidence = await sampleEvidence();
    const publisher = publisherTo(server.url);
    expect((await publishOrSpool(evidence, { publisher, spool })).outcome).toBe('accepted');
    expect((await publishOrSpool(evidence, { publisher, spool })).outcome).toBe('duplicate');
    expect(await spool.list()).toEqual([]);
  });

  it('keeps the bytes and the key when MC is away, and a replay sends exactly those', async () => {
    await using server = await scriptedServer(cutConnection, accept());
    const spool = await open(directory);
    const events = createEvidenceEvents();
    const heard: string[] = [];
    events.on(({ type }) => void heard.push(type));
    const evidence = await sampleEvidence();
    expect(await publishOrSpool(evidence, { publisher: publisherTo(server.url, { events }), spool, events })).toMatchObject({
      outcome: 'spooled',
      error: { code: 'MC_UNREACHABLE' },
    });
    expect(heard).toEqual(['attempt', 'failed', 'spooled']);
    expect(await replay({ spool, publisher: publisherTo(server.url) })).toEqual({
      accepted: 1,
      duplicate: 0,
      refused: 0,
      remaining: 0,
      expired: 0,
      setAside: 0,
      stopped: null,
    });
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(server.requests[1]?.body).toContain(Buffer.from(evidence.bytes).toString('utf8'));
  });

  it('keeps evidence whose signer is not trusted yet', async () => {
    await using server = await scriptedServer(refusal(403, 'SIGNATURE_UNTRUSTED', { retryable: true }));
    const spool = await open(directory);
    expect(await publishOrSpool(await sampleEvidence(), { publisher: publisherTo(server.url), spool })).toMatchObject({
      outcome: 'spooled',
      error: { code: 'SIGNATURE_UNTRUSTED' },
    });
    expect(await spool.list()).toHaveLength(1);
  });

  it('does not hide a permanent refusal in the spool', async () => {
    await using server = await scriptedServer(refusal(422, 'RELEASE_DIGEST_CONFLICT'), refusal(401, 'UNAUTHENTICATED'));
    const spool = await open(directory);
    const publisher = publisherTo(server.url);
    await expect(publishOrSpool(await sampleEvidence(), { publisher, spool })).rejects.toMatchObject({ code: 'RELEASE_DIGEST_CONFLICT' });
    await expect(publishOrSpool(await sampleEvidence(), { publisher, spool })).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(await spool.list()).toEqual([]);
  });

  it('says both when MC is away and the spool is full', async () => {
    await using server = await scriptedServer(cutConnection);
    const full = { put: () => Promise.reject(new EvidenceError('SPOOL_FULL', 'no room')) };
    await expect(publishOrSpool(await sampleEvidence(), { publisher: publisherTo(server.url), spool: full })).rejects.toMatchObject({
      code: 'SPOOL_FULL',
      cause: { code: 'MC_UNREACHABLE' },
      message: expect.stringMatching(/no room.*cannot be reached/),
    });
  });
});

describe.each(adapters)('replay of the %s spool', (_, open) => {
  it('sends in order of arrival, and counts what MC had already', async () => {
    const spool = await open(directory);
    const digests = await fill(spool, 3, 1, 2);
    await using server = await scriptedServer(await replies({ 1: duplicate }, accept()));
    expect(await replay({ spool, publisher: publisherTo(server.url) })).toMatchObject({
      accepted: 2,
      duplicate: 1,
      remaining: 0,
      stopped: null,
    });
    expect(server.requests.map(sentDigest)).toEqual(digests);
  });

  it('sends each record once, though many replays run at once', async () => {
    const spools = await Promise.all([open(directory), open(directory), open(directory)]);
    const digests = await fill(spools[0] as Spool, ...Array.from({ length: 10 }, (_unused, index) => index + 1));
    await using server = await scriptedServer(accept());
    const results = await Promise.all([...spools, ...spools].map((spool) => replay({ spool, publisher: publisherTo(server.url) })));
    expect(results.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(10);
    expect(server.requests.map(sentDigest).sort()).toEqual(digests.sort());
    expect(await spools[0]?.list()).toEqual([]);
  });

  it('sets aside what MC refuses for good, with the reason, and never sends it again', async () => {
    const spool = await open(directory);
    const [first] = await fill(spool, 1, 2);
    await using server = await scriptedServer(
      await replies(
        { 1: refusal(422, 'RELEASE_DIGEST_CONFLICT', { faults: [{ path: '/bundle', code: 'digest', message: 'of another build' }] }) },
        accept(),
      ),
    );
    const publisher = publisherTo(server.url);
    expect(await replay({ spool, publisher })).toMatchObject({ accepted: 1, refused: 1, remaining: 0, setAside: 1, stopped: null });
    expect(await replay({ spool, publisher })).toMatchObject({ accepted: 0, refused: 0, remaining: 0, setAside: 1 });
    expect(server.requests).toHaveLength(2);
    expect(await spool.list()).toEqual([
      expect.objectContaining({
        statementDigest: first,
        state: 'refused',
        refusal: {
          code: 'RELEASE_DIGEST_CONFLICT',
          message: expect.any(String),
          faults: [{ path: '/bundle', code: 'digest', message: 'of another build' }],
        },
      }),
    ]);
  });

  it('passes over an untrusted signer and a service that the token may not speak for, and sends the rest', async () => {
    const spool = await open(directory);
    await fill(spool, 1, 2, 3);
    await using server = await scriptedServer(
      await replies({ 1: refusal(403, 'SIGNATURE_UNTRUSTED', { retryable: true }), 2: refusal(403, 'FORBIDDEN') }, accept()),
    );
    expect(await replay({ spool, publisher: publisherTo(server.url) })).toMatchObject({
      accepted: 1,
      refused: 0,
      remaining: 2,
      stopped: null,
    });
    expect(server.requests).toHaveLength(3);
  });

  it('stops when MC is away, loses nothing, and lets one bad record hold up nobody the next time', async () => {
    const spool = await open(directory);
    await fill(spool, 1, 2, 3);
    await using server = await scriptedServer(await replies({ 1: refusal(500, 'INTERNAL') }, accept()));
    const publisher = publisherTo(server.url);
    expect(await replay({ spool, publisher })).toMatchObject({
      accepted: 0,
      refused: 0,
      remaining: 3,
      stopped: { code: 'MC_UNREACHABLE' },
    });
    expect(await replay({ spool, publisher })).toMatchObject({ accepted: 2, remaining: 1, stopped: { code: 'MC_UNREACHABLE' } });
  });

  it('blames no record for a token that MC refuses or that cannot be read', async () => {
    const spool = await open(directory);
    await fill(spool, 1, 2);
    await using server = await scriptedServer(refusal(401, 'UNAUTHENTICATED'));
    expect(await replay({ spool, publisher: publisherTo(server.url) })).toMatchObject({
      refused: 0,
      remaining: 2,
      stopped: { code: 'PUBLISH_REFUSED' },
    });
    expect(await replay({ spool, publisher: publisherTo(server.url, { token: async () => '' }) })).toMatchObject({
      refused: 0,
      remaining: 2,
      stopped: { code: 'TOKEN_UNREADABLE' },
    });
    expect(server.requests).toHaveLength(1);
    expect((await spool.list()).map(({ failures, state }) => [failures, state])).toEqual([
      [0, 'waiting'],
      [0, 'waiting'],
    ]);
  });

  it('ends when aborted and gives the record in flight back', async () => {
    const spool = await open(directory);
    await fill(spool, 1, 2);
    const controller = new AbortController();
    await using server = await scriptedServer((request, response) => {
      neverAnswer(request, response);
      controller.abort();
    });
    expect(await replay({ spool, publisher: publisherTo(server.url), signal: controller.signal })).toMatchObject({
      remaining: 2,
      stopped: { code: 'ABORTED' },
    });
    expect((await spool.list()).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect(await replay({ spool, publisher: publisherTo(server.url), signal: AbortSignal.abort() })).toMatchObject({
      stopped: { code: 'ABORTED' },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('sets aside a record that is no longer the one that was put', async () => {
    const spool = await open(directory);
    const { bytes } = await sampleEvidence(1);
    await spool.put({ statementDigest: 'f'.repeat(64), idempotencyKey: 'k', bytes });
    await spool.put({ statementDigest: 'e'.repeat(64), idempotencyKey: 'k', bytes: Buffer.from('{"mediaType":') });
    await using server = await scriptedServer(accept());
    expect(await replay({ spool, publisher: publisherTo(server.url) })).toMatchObject({
      accepted: 0,
      refused: 2,
      remaining: 0,
      setAside: 2,
    });
    expect(server.requests).toHaveLength(0);
    expect((await spool.list()).map(({ refusal: why }) => why?.code)).toEqual(['SPOOL_DAMAGED', 'SPOOL_DAMAGED']);
  });

  it('tells what became of each record, and how far it is', async () => {
    const spool = await open(directory);
    const digests = await fill(spool, 1, 2, 3, 4);
    await using server = await scriptedServer(
      await replies({ 2: duplicate, 3: refusal(422, 'RELEASE_DIGEST_CONFLICT'), 4: refusal(503, 'STORE_UNAVAILABLE') }, accept()),
    );
    const told: ReplayProgress[] = [];
    await replay({ spool, publisher: publisherTo(server.url), onProgress: (progress) => void told.push(progress) });
    expect(told.map(({ done, of, outcome, statementDigest }) => [`${done} of ${of}`, outcome, statementDigest])).toEqual([
      ['1 of 4', 'accepted', digests[0]],
      ['2 of 4', 'duplicate', digests[1]],
      ['3 of 4', 'refused', digests[2]],
      ['4 of 4', 'kept', digests[3]],
    ]);
    expect(told.map(({ receipt, error }) => receipt?.statementDigest ?? error?.code)).toEqual([
      digests[0],
      digests[1],
      'RELEASE_DIGEST_CONFLICT',
      'STORE_UNAVAILABLE',
    ]);
  });

  it('gives a record back when something unforeseen breaks', async () => {
    const spool = await open(directory);
    await fill(spool, 1);
    await expect(replay({ spool, publisher: { publish: () => Promise.reject(new TypeError('a bug')) } })).rejects.toThrow('a bug');
    expect((await spool.list()).map(({ state, failures }) => [state, failures])).toEqual([['waiting', 0]]);
  });
});
