import { generateSigningKey, localSigner, publicKeyFromPem, signStatement } from '@promotable/attest';
import { predicateTypes, statementType } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { newEpoch } from './epoch.ts';

const key = generateSigningKey('ecdsa-p256');
const signer = localSigner(key.privateKeyPem);
const publicKey = publicKeyFromPem(key.publicKeyPem);
const resolveKey = (keyId: string) => (keyId === key.keyId ? publicKey : null);
const at = '2026-11-21T12:00:00.000Z';
const hash = 'ab'.repeat(32);
const epoch = newEpoch({ now: () => Date.parse(at) });
const predicate = { tenant: 'acme', stream: 'evidence', epoch, position: 7, hash, at, unsealed: 2 };

describe('a checkpoint', () => {
  it('says which chain had which head, in which epoch and when, about the hash as its subject', async () => {
    const bundle = await signCheckpoint({ tenant: 'acme', stream: 'evidence' }, { epoch, position: 7, hash, unsealed: 2 }, at, signer);
    expect(verifyCheckpoint(bundle, resolveKey)).toEqual(predicate);
    expect(() => verifyCheckpoint(bundle, () => null)).toThrowError(expect.objectContaining({ code: 'KEY_UNKNOWN' }));
  });

  const statement = {
    _type: statementType,
    subject: [{ digest: { sha256: hash } }],
    predicateType: predicateTypes.checkpoint,
    predicate,
  } as const;
  it.each<[string, object, string[]]>([
    ['another type', { predicateType: predicateTypes.decision }, []],
    ['another subject', { subject: [{ digest: { sha256: 'cd'.repeat(32) } }] }, []],
    ['position 0', { predicate: { ...predicate, position: 0 } }, ['/position']],
    ['a field too many', { predicate: { ...predicate, note: 1 } }, ['/note']],
    ['no hash', { predicate: { ...predicate, hash: undefined, at: 'now' } }, ['/hash', '/at']],
  ])('is not what has %s, although its signature is good', async (_title, change, paths) => {
    const { predicate: signed, ...rest } = { ...statement, subject: [...statement.subject], ...change } as Omit<
      typeof statement,
      'subject'
    > & {
      subject: { digest: { sha256: string } }[];
    };
    const bundle = await signStatement({ ...rest, predicate: JSON.parse(JSON.stringify(signed)) as Record<string, unknown> }, signer);
    expect(() => verifyCheckpoint(bundle, resolveKey)).toThrowError(
      expect.objectContaining({
        code: 'CHECKPOINT_INVALID',
        message: 'the signed statement is no checkpoint',
        status: 400,
        faults: paths.map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});
