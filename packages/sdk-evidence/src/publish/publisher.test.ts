import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@promotable/attest';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SignedEvidence } from '../build/signed-evidence.ts';
import { EvidenceError } from '../evidence-error.ts';
import { plantedSecrets } from '../planted-secrets.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, cutBody, cutConnection, duplicate, json, neverAnswer, receiptOf, refusal, type Reply, scriptedServer, text } from '../scripted-server.ts';
import { callerRefusal } from './answer.ts';
import { createEvidenceEvents, type EvidenceEvent } from './events.ts';
import { createPublisher, type PublisherOptions } from './publisher.ts';
import { tokenFromEnv, tokenFromFile } from './token-source.ts';

const token = 'opaque-test-token-0123456789';
let evidence: SignedEvidence;
beforeAll(async () => {
  evidence = await sampleEvidence();
});
afterEach(() => void vi.useRealTimers());

/** A publisher that waits for nothing between attempts, and all it tells. */
function publisherTo(url: string, options: Partial<PublisherOptions> = {}) {
  const { events = createEvidenceEvents() } = options;
  const heard: EvidenceEvent[] = [];
  events.on((event) => void heard.push(event));
  return { ...createPublisher({ url, token: async () => token, random: () => 0, breaker: { failures: 100, openMs: 1000 }, ...options, events }), heard };
}

/** Aborts once the call waits for its next attempt. */
function abortingAt(type: EvidenceEvent['type'], controller: AbortController) {
  const events = createEvidenceEvents();
  events.on((event) => event.type === type && setImmediate(() => controller.abort()));
  return events;
}

async function failureOf(promise: Promise<unknown>): Promise<EvidenceError> {
  const error: unknown = await promise.then(() => new Error('it succeeded'), (reason: unknown) => reason);
  if (error instanceof EvidenceError) return error;
  throw error;
}

describe('publish', () => {
  it('sends the persisted operation with the bytes of the file, as they are', async () => {
    await using server = await scriptedServer(accept());
    const { publish, heard } = publisherTo(server.url);
    expect(await publish(evidence)).toEqual({ outcome: 'accepted', receipt: receiptOf(evidence.statementDigest), attempts: 1 });
    const [request] = server.requests;
    expect(request).toMatchObject({ path: '/graphql', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
    expect(request?.body).toContain(Buffer.from(evidence.bytes).toString('utf8'));
    const { id, variables } = JSON.parse(request?.body ?? '') as { id: string; variables: unknown };
    const operation = readFileSync(createRequire(import.meta.url).resolve('@promotable/contracts/operations/manifest.json').replace('manifest.json', 'evidence/PublishEvidence.graphql'), 'utf8');
    expect(id).toBe(sha256Hex(operation.trimEnd()));
    expect(variables).toEqual({ input: { service: 'checkout', releaseId: 'r1', idempotencyKey: evidence.statementDigest, bundle: evidence.bundle } });
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'accepted']);
  });

  it.each(['', '/', '/graphql', '/graphql/', '/graphql?x=1'])('finds the one GraphQL path from a URL that ends in "%s"', async (suffix) => {
    await using server = await scriptedServer(accept());
    await publisherTo(`${server.url}${suffix}`).publish(evidence);
    expect(server.requests[0]?.path).toBe('/graphql');
  });

  it.each(['ftp://mc.example.com', 'mc.example.com', '', 'https://user:hunter2hunter2@mc.example.com'])('refuses "%s" as the URL, without repeating it', (url) => {
    expect(() => publisherTo(url)).toThrow(expect.objectContaining({ code: 'EVIDENCE_INVALID', message: expect.not.stringContaining('hunter2') }));
  });

  it('takes 409 with the receipt of the same statement for the success it is', async () => {
    await using server = await scriptedServer(duplicate);
    const { publish, heard } = publisherTo(server.url);
    expect(await publish(evidence)).toMatchObject({ outcome: 'duplicate', attempts: 1, receipt: { statementDigest: evidence.statementDigest } });
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'duplicate']);
  });

  it('reports a duplicate when the first answer was lost on the way back', async () => {
    await using server = await scriptedServer(cutConnection, duplicate);
    expect(await publisherTo(server.url).publish(evidence)).toMatchObject({ outcome: 'duplicate', attempts: 2 });
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
  });

  it('sends the caller\'s key, and refuses one that is too long or a secret', async () => {
    await using server = await scriptedServer((request, response) => accept((given) => ({ ...given, receipt: { ...receiptOf(evidence.statementDigest), idempotencyKey: 'deploy-7' } }))(request, response));
    const { publish } = publisherTo(server.url);
    await publish(evidence, { idempotencyKey: 'deploy-7' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ variables: { input: { idempotencyKey: 'deploy-7' } } });
    for (const idempotencyKey of ['', 'x'.repeat(129), plantedSecrets[0]?.secret ?? '']) expect((await failureOf(publish(evidence, { idempotencyKey }))).code).toBe('EVIDENCE_INVALID');
    expect(server.requests).toHaveLength(1);
  });
});

describe('publish, what is tried again', () => {
  const passing: [string, Reply][] = [
    ['a cut connection', cutConnection],
    ['a body cut off', cutBody],
    ['500', refusal(500, 'INTERNAL')],
    ['502 with HTML', text(502, '<html>bad gateway</html>')],
    ['503 STORE_UNAVAILABLE', refusal(503, 'STORE_UNAVAILABLE')],
    ['429', refusal(429, 'TOO_MANY_REQUESTS', {}, { 'retry-after': '0' })],
    ['429 of a proxy', text(429, 'slow down')],
    ['200 with HTML', text(200, '<html>sign in</html>')],
    ['200 with an empty body', text(200, '')],
    ['200 with another shape', json(200, { ok: true })],
    ['200 with data of null', json(200, { data: { publishEvidence: null } })],
    ['200 with an internal error', refusal(200, 'INTERNAL_SERVER_ERROR')],
    ['an endless body', (_, response) => response.writeHead(200).end('x'.repeat(2_000_000))],
    ['a redirect', text(302, '', { location: '/elsewhere' })],
    ['404 of an ingress without a backend', text(404, 'default backend')],
    ['the receipt of another statement', accept((given) => ({ ...given, receipt: receiptOf('f'.repeat(64)) }))],
    ['a receipt without a digest', accept((given) => ({ ...given, receipt: { receivedAt: 'now' } }))],
    ['a record stored as unsigned claims', accept((given) => ({ ...given, signed: false }))],
    ['a duplicate without a receipt', refusal(409, 'DUPLICATE')],
    ['422 that says it may be retried', refusal(422, 'OBSERVED_IN_FUTURE', { retryable: true })],
  ];
  it.each(passing)('tries again after %s, and then succeeds', async (_, reply) => {
    await using server = await scriptedServer(reply, reply, accept());
    const { publish, heard } = publisherTo(server.url);
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted', attempts: 3 });
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'retry', 'attempt', 'retry', 'attempt', 'accepted']);
  });

  it.each(passing)('gives up on %s after 6 attempts with a retryable error', async (_, reply) => {
    await using server = await scriptedServer(reply);
    const { publish, heard } = publisherTo(server.url);
    const error = await failureOf(publish(evidence));
    expect(error).toMatchObject({ retryable: true });
    expect(['MC_UNREACHABLE', 'MC_ANSWER_INVALID', 'STORE_UNAVAILABLE', 'OBSERVED_IN_FUTURE']).toContain(error.code);
    expect(server.requests).toHaveLength(6);
    expect(heard.at(-1)).toMatchObject({ type: 'failed', attempts: 6, code: error.code, retryable: true });
  });

  it('follows no redirect: it would take the token and the evidence elsewhere', async () => {
    await using elsewhere = await scriptedServer(accept());
    await using server = await scriptedServer(text(307, '', { location: `${elsewhere.url}/graphql` }));
    expect(await failureOf(publisherTo(server.url, { attempts: 1 }).publish(evidence))).toMatchObject({ code: 'MC_ANSWER_INVALID', retryable: true });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('gives up on a port where nothing listens', async () => {
    const server = await scriptedServer(accept());
    await server[Symbol.asyncDispose]();
    const error = await failureOf(publisherTo(server.url).publish(evidence));
    expect(error).toMatchObject({ code: 'MC_UNREACHABLE', retryable: true, message: expect.stringContaining('ECONNREFUSED') });
  });

  it('ends a single attempt that MC does not answer, and tries again', async () => {
    await using server = await scriptedServer(neverAnswer, accept());
    expect(await publisherTo(server.url, { attemptMs: 200 }).publish(evidence)).toMatchObject({ outcome: 'accepted', attempts: 2 });
  });

  it('ends the whole call at the deadline', async () => {
    await using server = await scriptedServer(neverAnswer);
    const error = await failureOf(publisherTo(server.url, { totalMs: 200 }).publish(evidence));
    expect(error).toMatchObject({ code: 'MC_UNREACHABLE', retryable: true, message: expect.stringContaining('within 200 ms') });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up at once when MC asks to wait beyond the deadline', async () => {
    await using server = await scriptedServer(refusal(503, 'STORE_UNAVAILABLE', {}, { 'retry-after': '3600' }));
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it('waits full jitter between bounds that double, and never less than Retry-After, in seconds or as a date', async () => {
    const waits = async (random: () => number, reply: Reply) => {
      await using server = await scriptedServer(reply);
      const { publish, heard } = publisherTo(server.url, { random, backoff: { base: 4, max: 20 }, clock: { now: () => Date.parse('2026-11-21T13:00:00Z'), monotonic: () => 0 } });
      await failureOf(publish(evidence));
      return heard.flatMap((event) => (event.type === 'retry' ? [event.delayMs] : []));
    };
    expect(await waits(() => 0, cutConnection)).toEqual([0, 0, 0, 0, 0]);
    expect(await waits(() => 0.999, cutConnection)).toEqual([3, 7, 15, 19, 19]);
    expect(await waits(() => 0.5, cutConnection)).toEqual([2, 4, 8, 10, 10]);
    expect(await waits(() => 0, refusal(429, 'X', {}, { 'retry-after': 'Sat, 21 Nov 2026 13:00:00 GMT' }))).toEqual([0, 0, 0, 0, 0]);
    // Of an hour's patience only the announcement is waited for.
    const controller = new AbortController();
    await using server = await scriptedServer(refusal(429, 'X', {}, { 'retry-after': '3600' }));
    const { publish, heard } = publisherTo(server.url, { totalMs: 7_200_000, events: abortingAt('retry', controller) });
    expect((await failureOf(publish(evidence, { signal: controller.signal }))).code).toBe('ABORTED');
    expect(heard.find(({ type }) => type === 'retry')).toMatchObject({ delayMs: 3_600_000 });
  });
});

describe('publish, what is final', () => {
  it.each([
    ['422 IDEMPOTENCY_CONFLICT', refusal(422, 'IDEMPOTENCY_CONFLICT', { faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'stands for another statement' }] }), 'IDEMPOTENCY_CONFLICT'],
    ['422 RELEASE_DIGEST_CONFLICT', refusal(422, 'RELEASE_DIGEST_CONFLICT'), 'RELEASE_DIGEST_CONFLICT'],
    ['400 BUNDLE_INVALID', refusal(400, 'BUNDLE_INVALID'), 'BUNDLE_INVALID'],
    ['409 for another statement', refusal(409, 'DUPLICATE', { receipt: receiptOf('f'.repeat(64)) }), 'IDEMPOTENCY_CONFLICT'],
    ['a code not known here', refusal(400, 'PERSISTED_QUERY_NOT_FOUND'), 'PUBLISH_REFUSED'],
    ['422 in another shape', text(422, 'no'), 'PUBLISH_REFUSED'],
    ['401', refusal(401, 'UNAUTHENTICATED'), 'PUBLISH_REFUSED'],
    ['403', refusal(403, 'FORBIDDEN'), 'PUBLISH_REFUSED'],
    ['401 of a proxy', text(401, 'who are you'), 'PUBLISH_REFUSED'],
    ['a conflict inside a 200', refusal(200, 'RELEASE_DIGEST_CONFLICT'), 'RELEASE_DIGEST_CONFLICT'],
  ])('does not retry %s', async (_, reply, code) => {
    await using server = await scriptedServer(reply);
    const { publish, heard } = publisherTo(server.url);
    expect(await failureOf(publish(evidence))).toMatchObject({ code, retryable: false });
    expect(server.requests).toHaveLength(1);
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'failed']);
  });

  it('hands on the server\'s faults and request id', async () => {
    await using server = await scriptedServer(refusal(422, 'IDEMPOTENCY_CONFLICT', { faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'taken' }, 'odd'] }));
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({ faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'taken' }], cause: { status: 422, requestId: 'req-1' } });
  });

  it('keeps a record whose signer is not trusted yet, without asking again and again', async () => {
    await using server = await scriptedServer(refusal(403, 'SIGNATURE_UNTRUSTED', { retryable: true }));
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({ code: 'SIGNATURE_UNTRUSTED', retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it('tells a refused caller from a refused record', async () => {
    await using server = await scriptedServer(refusal(401, 'UNAUTHENTICATED'), refusal(403, 'FORBIDDEN'), refusal(403, 'SIGNATURE_UNTRUSTED'), refusal(422, 'X'));
    const { publish } = publisherTo(server.url);
    const statuses: (number | null)[] = [];
    for (let call = 0; call < 4; call++) statuses.push(callerRefusal(await failureOf(publish(evidence))));
    expect(statuses).toEqual([401, 403, null, null]);
  });
});

describe('the circuit breaker', () => {
  it('spares MC further calls after 5 failures in a row, lets one through when the time is over, and closes on its success', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await using server = await scriptedServer(cutConnection, cutConnection, cutConnection, cutConnection, cutConnection, accept());
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 5, openMs: 30_000 } });
    for (let call = 0; call < 5; call++) await failureOf(publish(evidence));
    expect(await failureOf(publish(evidence))).toMatchObject({ code: 'MC_UNREACHABLE', retryable: true, message: expect.stringContaining('left alone') });
    expect(server.requests).toHaveLength(5);
    vi.advanceTimersByTime(30_000);
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
    expect(server.requests).toHaveLength(7);
  });

  it('opens again when the one let through fails', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await using server = await scriptedServer(cutConnection);
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 2, openMs: 1000 } });
    for (let call = 0; call < 3; call++) await failureOf(publish(evidence));
    vi.advanceTimersByTime(1000);
    for (let call = 0; call < 3; call++) await failureOf(publish(evidence));
    expect(server.requests).toHaveLength(3);
  });

  it('makes the call that opened it wait for the half-open state, so that no attempt is wasted', async () => {
    await using server = await scriptedServer(cutConnection, cutConnection, accept());
    expect(await publisherTo(server.url, { breaker: { failures: 2, openMs: 20 } }).publish(evidence)).toMatchObject({ outcome: 'accepted', attempts: 3 });
    expect(server.requests).toHaveLength(3);
  });

  it('does not count refusals and patience: MC is there', async () => {
    await using server = await scriptedServer(refusal(422, 'X'), refusal(429, 'X'), refusal(401, 'X'), refusal(403, 'SIGNATURE_UNTRUSTED'), accept());
    const { publish } = publisherTo(server.url, { attempts: 1, breaker: { failures: 1, openMs: 100_000 } });
    for (let call = 0; call < 4; call++) await failureOf(publish(evidence));
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('abort', () => {
  it('ends a call that waits for an answer', async () => {
    const controller = new AbortController();
    await using server = await scriptedServer(() => controller.abort());
    expect(await failureOf(publisherTo(server.url).publish(evidence, { signal: controller.signal }))).toMatchObject({ code: 'ABORTED', retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  it('ends a call that waits for its next attempt', async () => {
    const controller = new AbortController();
    await using server = await scriptedServer(cutConnection);
    const { publish } = publisherTo(server.url, { events: abortingAt('retry', controller), random: () => 0.99, backoff: { base: 60_000, max: 60_000 } });
    expect((await failureOf(publish(evidence, { signal: controller.signal }))).code).toBe('ABORTED');
    expect(server.requests).toHaveLength(1);
  });

  it('sends nothing when it came before', async () => {
    await using server = await scriptedServer(accept());
    const { publish, heard } = publisherTo(server.url);
    expect((await failureOf(publish(evidence, { signal: AbortSignal.abort() }))).code).toBe('ABORTED');
    expect(server.requests).toHaveLength(0);
    expect(heard).toEqual([expect.objectContaining({ type: 'failed', attempts: 0, code: 'ABORTED' })]);
  });

  it('reaches an injected fetch that ignores it', async () => {
    const controller = new AbortController();
    const deaf = (() => {
      setImmediate(() => controller.abort());
      return new Promise<Response>(() => undefined);
    }) as typeof fetch;
    expect((await failureOf(publisherTo('http://127.0.0.1:1', { fetch: deaf }).publish(evidence, { signal: controller.signal }))).code).toBe('ABORTED');
  });
});

describe('tokens', () => {
  it('reads a mounted secret anew at each attempt, so that a rotated one is used', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'token-'));
    const path = join(directory, 'token');
    await writeFile(path, 'first-token\n');
    await using server = await scriptedServer((_, response) => void writeFile(path, 'second-token\n').then(() => response.socket?.destroy()), accept());
    await publisherTo(server.url, { token: tokenFromFile(path) }).publish(evidence);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token']);
    await rm(directory, { recursive: true });
  });

  it.each([
    ['a variable that is not set', tokenFromEnv('MC_TOKEN', {})],
    ['a file that is not there', tokenFromFile('/no/such/token')],
    ['an empty token', async () => ' \n'],
    ['a token that would break the header', async () => 'first-half\r\nx-evil: 1'],
    ['a source that fails', () => Promise.reject(new Error('vault is sealed'))],
  ])('ends with TOKEN_UNREADABLE for %s and sends nothing', async (_, source) => {
    await using server = await scriptedServer(accept());
    const error = await failureOf(publisherTo(server.url, { token: source }).publish(evidence));
    expect(error).toMatchObject({ code: 'TOKEN_UNREADABLE', retryable: false });
    expect(error.message).not.toContain('first-half');
    expect(server.requests).toHaveLength(0);
  });

  it('reads the variable at each attempt', async () => {
    const env: Record<string, string> = { MC_TOKEN: 'first-token' };
    await using server = await scriptedServer((_, response) => { env['MC_TOKEN'] = 'second-token'; response.socket?.destroy(); }, accept());
    await publisherTo(server.url, { token: tokenFromEnv('MC_TOKEN', env) }).publish(evidence);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token']);
  });

  it.each(plantedSecrets)('keeps its token and $what out of errors and events when a server sends them back', async ({ text: planted, secret }) => {
    const echo = `${planted} and ${token}`;
    for (const reply of [
      refusal(422, echo.slice(0, 120), { faults: [{ path: echo, code: echo, message: echo }], requestId: echo.slice(0, 120) }, {}, echo),
      refusal(401, 'UNAUTHENTICATED', {}, {}, echo),
      refusal(500, 'INTERNAL', {}, {}, echo),
      text(200, echo),
      accept((given) => ({ ...given, receipt: { ...receiptOf(evidence.statementDigest), idempotencyKey: token } })),
    ]) {
      await using server = await scriptedServer(reply);
      const { publish, heard } = publisherTo(server.url, { attempts: 2 });
      const error = await failureOf(publish(evidence));
      const all = JSON.stringify([error, error.message, error.stack, error.faults, error.cause, String(error.cause), heard]);
      expect(all).not.toContain(token);
      expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });
});
