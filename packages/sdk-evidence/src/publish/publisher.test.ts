import { sha256Hex } from '@promotable/attest';
import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedEvidence } from '../build/signed-evidence.ts';
import { plantedSecrets } from '../planted-secrets.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import {
  accept,
  cutBody,
  cutConnection,
  duplicate,
  json,
  receiptOf,
  refusal,
  type Reply,
  scriptedServer,
  text,
} from '../scripted-server.ts';
import { callerRefusal } from './answer.ts';
import { failureOf, publisherTo, token } from './publisher-under-test.ts';

let evidence: SignedEvidence;
beforeAll(async () => {
  evidence = await sampleEvidence();
});

describe('publish', () => {
  it('sends the persisted operation with the bytes of the file, as they are', async () => {
    await using server = await scriptedServer(accept());
    const { publish, heard } = publisherTo(server.url);
    expect(await publish(evidence)).toEqual({ outcome: 'accepted', receipt: receiptOf(evidence.statementDigest), attempts: 1 });
    const [request] = server.requests;
    expect(request).toMatchObject({ path: '/graphql', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
    expect(request?.body).toContain(Buffer.from(evidence.bytes).toString('utf8'));
    const { id, variables } = JSON.parse(request?.body ?? '') as { id: string; variables: unknown };
    const text = (manifest as Record<string, string>)[id] ?? '';
    expect(text).toMatch(/^mutation PublishEvidence\(/);
    expect(sha256Hex(text)).toBe(id);
    expect(variables).toEqual({
      input: { service: 'checkout', releaseId: 'r1', idempotencyKey: evidence.statementDigest, bundle: evidence.bundle },
    });
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'accepted']);
  });

  it.each(['', '/', '/graphql', '/graphql/', '/graphql?x=1'])('finds the one GraphQL path from a URL that ends in "%s"', async (suffix) => {
    await using server = await scriptedServer(accept());
    await publisherTo(`${server.url}${suffix}`).publish(evidence);
    expect(server.requests[0]?.path).toBe('/graphql');
  });

  it.each(['ftp://mc.example.com', 'mc.example.com', '', 'https://user:hunter2hunter2@mc.example.com'])(
    'refuses "%s" as the URL, without repeating it',
    (url) => {
      expect(() => publisherTo(url)).toThrow(
        expect.objectContaining({ code: 'EVIDENCE_INVALID', message: expect.not.stringContaining('hunter2') }),
      );
    },
  );

  it('takes 409 with the receipt of the same statement for the success it is', async () => {
    await using server = await scriptedServer(duplicate);
    const { publish, heard } = publisherTo(server.url);
    expect(await publish(evidence)).toMatchObject({
      outcome: 'duplicate',
      attempts: 1,
      receipt: { statementDigest: evidence.statementDigest },
    });
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'duplicate']);
  });

  it('reports a duplicate when the first answer was lost on the way back', async () => {
    await using server = await scriptedServer(cutConnection, duplicate);
    expect(await publisherTo(server.url).publish(evidence)).toMatchObject({ outcome: 'duplicate', attempts: 2 });
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
  });

  it("sends the caller's key, and refuses one that is too long or a secret", async () => {
    await using server = await scriptedServer((request, response) =>
      accept((given) => ({ ...given, receipt: { ...receiptOf(evidence.statementDigest), idempotencyKey: 'deploy-7' } }))(request, response),
    );
    const { publish } = publisherTo(server.url);
    await publish(evidence, { idempotencyKey: 'deploy-7' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ variables: { input: { idempotencyKey: 'deploy-7' } } });
    for (const idempotencyKey of ['', 'x'.repeat(129), plantedSecrets[0]?.secret ?? ''])
      expect((await failureOf(publish(evidence, { idempotencyKey }))).code).toBe('EVIDENCE_INVALID');
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
    expect(await failureOf(publisherTo(server.url, { attempts: 1 }).publish(evidence))).toMatchObject({
      code: 'MC_ANSWER_INVALID',
      retryable: true,
    });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('gives up on a port where nothing listens', async () => {
    const server = await scriptedServer(accept());
    await server[Symbol.asyncDispose]();
    const error = await failureOf(publisherTo(server.url).publish(evidence));
    expect(error).toMatchObject({ code: 'MC_UNREACHABLE', retryable: true, message: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('publish, what is final', () => {
  it.each([
    [
      '422 IDEMPOTENCY_CONFLICT',
      refusal(422, 'IDEMPOTENCY_CONFLICT', {
        faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'stands for another statement' }],
      }),
      'IDEMPOTENCY_CONFLICT',
    ],
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

  it("hands on the server's faults and request id", async () => {
    await using server = await scriptedServer(
      refusal(422, 'IDEMPOTENCY_CONFLICT', { faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'taken' }, 'odd'] }),
    );
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({
      faults: [{ path: '/idempotencyKey', code: 'conflict', message: 'taken' }],
      cause: { status: 422, requestId: 'req-1' },
    });
  });

  it('keeps a record whose signer is not trusted yet, without asking again and again', async () => {
    await using server = await scriptedServer(refusal(403, 'SIGNATURE_UNTRUSTED', { retryable: true }));
    expect(await failureOf(publisherTo(server.url).publish(evidence))).toMatchObject({ code: 'SIGNATURE_UNTRUSTED', retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it('tells a refused caller from a refused record', async () => {
    await using server = await scriptedServer(
      refusal(401, 'UNAUTHENTICATED'),
      refusal(403, 'FORBIDDEN'),
      refusal(403, 'SIGNATURE_UNTRUSTED'),
      refusal(422, 'X'),
    );
    const { publish } = publisherTo(server.url);
    const statuses: (number | null)[] = [];
    for (let call = 0; call < 4; call++) statuses.push(callerRefusal(await failureOf(publish(evidence))));
    expect(statuses).toEqual([401, 403, null, null]);
  });
});
