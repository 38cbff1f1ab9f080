// Against a signing service over HTTP, as a KMS is one: digest in, signature out.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPrivateKey, sign } from 'node:crypto';
import { predicateTypes, type Statement, statementType } from '@promotable/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSigningKey, publicKeyFromPem, type SigningKeyPair } from './key.ts';
import { remoteSigner, type RemoteSignerOptions, type RemoteSignRequest } from './remote-signer.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner, rotatingSigner } from './signer.ts';
import { verifyBundle } from './verify-bundle.ts';

const p256 = generateSigningKey('ecdsa-p256');
const ed25519 = generateSigningKey('ed25519');
const statement: Statement = {
  _type: statementType,
  subject: [{ name: 'app', digest: { sha256: 'a'.repeat(64) } }],
  predicateType: predicateTypes.evidence,
  predicate: {},
};

let server: Server;
let calls: number;
/** What the service does with one call; answers the signature otherwise. */
let misbehave: (call: number, response: ServerResponse) => boolean;

beforeEach(async () => {
  calls = 0;
  misbehave = () => false;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls += 1;
      if (misbehave(calls, response)) return;
      const privateKey = createPrivateKey(request.url === '/ed25519' ? ed25519.privateKeyPem : p256.privateKeyPem);
      const ieee = request.url === '/p1363' ? { dsaEncoding: 'ieee-p1363' as const } : {};
      response.end(sign(request.url === '/ed25519' ? null : 'sha256', Buffer.concat(chunks), { key: privateKey, ...ieee }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

function kms(path: string, { publicKeyPem }: SigningKeyPair, options: Partial<RemoteSignerOptions> = {}) {
  const sign = async ({ bytes }: RemoteSignRequest, signal: AbortSignal): Promise<Uint8Array> => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const response = await fetch(url, { method: 'POST', body: Buffer.from(bytes), signal });
    if (response.status >= 400) throw Object.assign(new Error(`HTTP ${response.status}`), { retryable: response.status >= 500 });
    return new Uint8Array(await response.arrayBuffer());
  };
  return remoteSigner({ publicKeyPem, sign, backoffMs: 1, ...options });
}

describe('a remote signer', () => {
  it.each([
    ['/der', p256, {}],
    ['/p1363', p256, { encoding: 'p1363' }],
    ['/ed25519', ed25519, {}],
  ] as const)('signs by the key behind %s, like a local one', async (path, pair, options) => {
    for (let turn = 0; turn < 20; turn++) {
      const bundle = await signStatement(statement, kms(path, pair, options));
      const key = publicKeyFromPem(pair.publicKeyPem);
      expect(verifyBundle(bundle, () => key).keyId).toBe(pair.keyId);
    }
  });

  it('tries again after an error of the service and after a reset', async () => {
    misbehave = (call, response) => {
      if (call === 1) response.writeHead(503).end();
      if (call === 2) response.destroy();
      return call < 3;
    };
    await kms('/der', p256).sign(Buffer.from('x'));
    expect(calls).toBe(3);
  });

  it('gives up on an attempt that takes too long, and on all of them, as something to be tried again later', async () => {
    const asked: AbortSignal[] = [];
    const silent = remoteSigner({
      publicKeyPem: p256.publicKeyPem,
      sign: (_request, signal) => new Promise(() => asked.push(signal)),
      attemptMs: 20,
      attempts: 2,
    });
    await expect(silent.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE', retryable: true, status: 503 });
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, true]);
    const deaf = remoteSigner({ publicKeyPem: p256.publicKeyPem, sign: () => new Promise(() => undefined), totalMs: 30 });
    await expect(deaf.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE' });
  });

  it('does not try again what the service refuses for good, nor when its caller gives up', async () => {
    misbehave = (_call, response) => {
      response.writeHead(403).end();
      return true;
    };
    await expect(kms('/der', p256).sign(Buffer.from('x'))).rejects.toMatchObject({ message: 'HTTP 403' });
    expect(calls).toBe(1);
    const reason = new Error('enough');
    await expect(kms('/der', p256).sign(Buffer.from('x'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(calls).toBe(1);
  });

  it('lets no signature out that is not by its key', async () => {
    await expect(kms('/der', generateSigningKey('ecdsa-p256')).sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(kms('/p1363', p256).sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNATURE_ENCODING_INVALID' });
    await expect(kms('/ed25519', p256, { encoding: 'p1363' }).sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    misbehave = (_call, response) => {
      response.end('no signature');
      return true;
    };
    await expect(kms('/der', p256, { encoding: 'p1363' }).sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'SIGNATURE_ENCODING_INVALID',
    });
  });

  it('is told the SHA-256 digest beside the bytes', async () => {
    let seen: RemoteSignRequest | undefined;
    const asking = remoteSigner({
      publicKeyPem: ed25519.publicKeyPem,
      sign: async (request) => {
        seen = request;
        return localSigner(ed25519.privateKeyPem).sign(request.bytes);
      },
    });
    await asking.sign(Buffer.from('abc'));
    expect(Buffer.from(seen?.digest ?? []).toString('hex')).toMatch(/^ba7816bf8f01cfea/);
  });
});

it('a rotating signer signs each statement whole by one key, though its key changes meanwhile', async () => {
  const keys = [p256, ed25519].map(({ privateKeyPem }) => localSigner(privateKeyPem));
  let turn = 0;
  const signer = rotatingSigner(() => keys[turn++ % 2] as (typeof keys)[0]);
  expect([signer.keyId, signer.algorithm]).toEqual([p256.keyId, 'ed25519']);
  for (const pair of [p256, ed25519, p256]) {
    const key = publicKeyFromPem(pair.publicKeyPem);
    expect(verifyBundle(await signStatement(statement, signer), () => key).keyId).toBe(pair.keyId);
  }
  expect(await signer.sign(Buffer.from('x'))).toHaveLength(64);
});
