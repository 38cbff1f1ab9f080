// Guarantee: what cosign signed with a key that we pin is verified by us, and tampering with it is refused.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, payloadOf, publicKeyFromPem, sha256Hex, type VerificationKey } from '@promotable/attest';
import { verifyForeignBlob, verifyForeignStatement } from '@promotable/attest/foreign';
import { isCodedError } from '@promotable/contracts';
import { cosign } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genuineDocuments } from './genuine.ts';
import { runOffline } from './tools/offline.ts';

const directory = mkdtempSync(join(tmpdir(), 'promotable-cosign-'));
const blob = Buffer.from('the bytes of checkout.tgz');
const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://slsa.dev/provenance/v1';
const predicate = { buildDefinition: { buildType: 'https://example.com/build' } };
const other = publicKeyFromPem(generateSigningKey('ecdsa-p256').publicKeyPem);
let evidence: Uint8Array;

beforeAll(async () => {
  evidence = payloadOf((await genuineDocuments('ecdsa-p256')).evidence.bundle);
  write('blob', blob);
  write('predicate.json', JSON.stringify(predicate));
  write(
    'statement.json',
    JSON.stringify({ _type: statementType, subject: [{ name: 'blob', digest: { sha256: sha256Hex(blob) } }], predicateType, predicate }),
  );
  write('evidence.json', evidence);
  await run('generate-key-pair');
  // A configuration that names no service: nothing is uploaded, and nobody is asked for a time.
  await run('signing-config', 'create', '--out', 'services.json');
  await sign('attest-blob', 'predicate', '--predicate', 'predicate.json', '--type', predicateType, 'blob');
  await sign('attest-blob', 'statement', '--statement', 'statement.json');
  await sign('attest-blob', 'evidence', '--statement', 'evidence.json');
  await sign('sign-blob', 'blob', 'blob');
}, 900_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('what cosign signed', () => {
  it.each([
    ['predicate', 'https://in-toto.io/Statement/v0.1'],
    ['statement', statementType],
  ])('as an attestation from a %s is verified, and says what it is', (name, type) => {
    const verified = verifyForeignStatement(bundle(name), { keys: [other, key()], blob });
    expect(verified).toMatchObject({ keyId: key().keyId, unchecked: [], statement: { _type: type, predicateType, predicate } });
  });

  it('as our evidence is verified: the bytes are the same, only the signer is another', () => {
    const verified = verifyForeignStatement(bundle('evidence'), { keys: [key()] });
    expect([verified.keyId, verified.statementDigest]).toEqual([key().keyId, sha256Hex(evidence)]);
  });

  it('as a blob is verified', () => {
    expect(verifyForeignBlob(bundle('blob'), { keys: [other, key()], blob })).toEqual({
      keyId: key().keyId,
      unchecked: [],
      blobDigest: sha256Hex(blob),
    });
  });

  it('is refused by another key, about another blob, and as the other kind of signature', () => {
    expect(codeOf(() => verifyForeignStatement(bundle('predicate'), { keys: [other] }))).toBe('KEY_UNKNOWN');
    expect(codeOf(() => verifyForeignBlob(bundle('blob'), { keys: [other], blob }))).toBe('KEY_UNKNOWN');
    expect(codeOf(() => verifyForeignStatement(bundle('predicate'), { keys: [key()], blob: Buffer.from('else') }))).toBe('BLOB_MISMATCH');
    expect(codeOf(() => verifyForeignBlob(bundle('blob'), { keys: [key()], blob: Buffer.from('else') }))).toBe('BLOB_MISMATCH');
    expect(codeOf(() => verifyForeignStatement(bundle('blob'), { keys: [key()] }))).toBe('BUNDLE_INVALID');
    expect(codeOf(() => verifyForeignBlob(bundle('predicate'), { keys: [key()], blob }))).toBe('BUNDLE_INVALID');
  });

  // Every byte of JSON that is a letter or a digit: signature, payload, digests, names of fields, media type.
  it.each(['predicate', 'statement', 'evidence', 'blob'])('is refused after any letter or digit of the bundle has changed: %s', (name) => {
    const text = bundle(name);
    const named = [...text.matchAll(/"hint":"[^"]*"/g)].map(
      ({ index, 0: { length } }) => [index + '"hint":"'.length, index + length] as const,
    );
    const survivors: string[] = [];
    for (const { index } of text.matchAll(/[A-Za-z0-9]/g)) {
      // The hint is a comment: a key that nobody pinned is named, and the pinned ones are tried.
      if (named.some(([from, to]) => index >= from && index < to)) continue;
      const changed = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);
      const verify = () =>
        name === 'blob' ? verifyForeignBlob(changed, { keys: [key()], blob }) : verifyForeignStatement(changed, { keys: [key()] });
      if (codeOf(verify) === 'VERIFIED') survivors.push(`${index}: ${text.slice(Math.max(0, index - 20), index + 20)}`);
    }
    expect(survivors).toEqual([]);
  });
});

async function sign(command: string, name: string, ...args: readonly string[]): Promise<void> {
  await run(command, '--yes', '--key', 'cosign.key', '--signing-config', 'services.json', '--bundle', `${name}.sigstore.json`, ...args);
}

async function run(...args: readonly string[]): Promise<void> {
  const environment = { COSIGN_PASSWORD: 'for-this-test', HOME: directory };
  const { code, stderr } = await runOffline(await cosign(), args, { cwd: directory, environment });
  if (code !== 0) throw new Error(`cosign ${args.join(' ')}: ${stderr}`);
}

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(directory, name), content);
}

function bundle(name: string): string {
  return readFileSync(join(directory, `${name}.sigstore.json`), 'utf8');
}

function key(): VerificationKey {
  return publicKeyFromPem(readFileSync(join(directory, 'cosign.pub'), 'utf8'));
}

function codeOf(verify: () => unknown): string {
  try {
    verify();
    return 'VERIFIED';
  } catch (error) {
    if (isCodedError(error)) return error.code;
    throw error;
  }
}
