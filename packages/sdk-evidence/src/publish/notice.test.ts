import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedEvidence } from '../build/signed-evidence.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, cutConnection, refusal, scriptedServer, serverWithNotices } from '../scripted-server.ts';
import { openDirectorySpool } from '../spool/directory-spool.ts';
import { publishOrSpool } from '../spool/publish-or-spool.ts';
import { publisherTo, token } from './publisher-under-test.ts';

let evidence: SignedEvidence;
beforeAll(async () => {
  evidence = await sampleEvidence();
});

async function spooled(url: string, attempts = 1) {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const spool = await openDirectorySpool(directory);
  const { outcome } = await publishOrSpool(evidence, { publisher: publisherTo(url, { attempts }), spool });
  const listed = await spool.list();
  await rm(directory, { recursive: true });
  return { outcome, waiting: listed.length };
}

describe('a spool notice', () => {
  it('says which statement of which release waits, once, after it is safe', async () => {
    await using server = await scriptedServer(refusal(503, 'STORE_UNAVAILABLE'));
    expect(await spooled(server.url, 2)).toEqual({ outcome: 'spooled', waiting: 1 });
    expect([server.requests.length, server.notices]).toMatchObject([
      2,
      [{ path: '/graphql', headers: { authorization: `Bearer ${token}` } }],
    ]);
    expect(JSON.parse(server.notices[0]?.body ?? '')).toMatchObject({
      variables: { service: 'checkout', releaseId: 'r1', statementDigest: evidence.statementDigest },
    });
  });

  it('is not needed for a signer that MC does not trust yet', async () => {
    await using server = await scriptedServer(refusal(403, 'SIGNATURE_UNTRUSTED', { retryable: true }));
    expect(await spooled(server.url)).toEqual({ outcome: 'spooled', waiting: 1 });
    expect(server.notices).toHaveLength(0);
  });

  it.each([
    ['MC away', cutConnection],
    ['an MC that does not know it', refusal(400, 'UNKNOWN_OPERATION')],
    ['a token that may not', refusal(403, 'FORBIDDEN')],
  ])('that fails changes nothing: %s', async (_, reply) => {
    await using server = await serverWithNotices(reply, cutConnection);
    expect(await spooled(server.url)).toEqual({ outcome: 'spooled', waiting: 1 });
    expect(await publisherTo(server.url).noticeSpooled(evidence)).toBe(false);
    expect(await publisherTo(server.url, { token: () => Promise.reject(new Error('vault is sealed')) }).noticeSpooled(evidence)).toBe(
      false,
    );
  });

  it('is told to be taken where it was, and ends with the call', async () => {
    await using server = await scriptedServer(accept());
    expect(await publisherTo(server.url).noticeSpooled(evidence)).toBe(true);
    expect(await publisherTo(server.url).noticeSpooled(evidence, { signal: AbortSignal.abort() })).toBe(false);
    expect(server.notices).toHaveLength(1);
  });
});
