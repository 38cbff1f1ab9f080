import type { Signer } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { sampleEvidence, sampleSigner } from '../sample-evidence.ts';
import { buildEvidence } from './build-evidence.ts';
import { noClock, sampleBuild } from './sample-build.ts';
import { environmentOf } from '../publish/publishable.ts';
import { parseSigned } from './signed-evidence.ts';
import { signEvidence } from './write-signed.ts';

function faultsOf(bytes: Uint8Array): { message: string; faults: string[] } {
  try {
    parseSigned(bytes);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    // A cause would carry the parser's message, which quotes what it read.
    expect([error.code, error.cause]).toEqual(['BUNDLE_INVALID', undefined]);
    return { message: error.message, faults: error.faults.map(({ path, code, message }) => `${path} ${code}: ${message}`) };
  }
  throw new Error('nothing was thrown');
}

/** Its payload in place of the signed one; the signature is not looked at here. */
async function withPayload(payload: string): Promise<Uint8Array> {
  const { bundle } = await sampleEvidence();
  const dsseEnvelope = { ...bundle.dsseEnvelope, payload: Buffer.from(payload).toString('base64') };
  return Buffer.from(JSON.stringify({ ...bundle, dsseEnvelope }));
}
async function withStatement(changes: object): Promise<Uint8Array> {
  const { bundle } = await sampleEvidence();
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8')) as object;
  return withPayload(JSON.stringify({ ...statement, ...changes }));
}

describe('a file of signed evidence', () => {
  it('is read with every fault of its form, of its statement and of its predicate', async () => {
    expect(faultsOf(Buffer.from('{}')).faults.length).toBeGreaterThan(1);
    const nothingSaid = faultsOf(await withPayload('{}'));
    expect(nothingSaid.message).toMatch(/^signed evidence: \/\S+ /);
    expect(nothingSaid.faults.map((fault) => fault.split(' ')[0])).toEqual(
      expect.arrayContaining(['/_type', '/subject', '/predicateType', '/predicate']),
    );
    const nothingProven = faultsOf(await withStatement({ predicate: { checkpoint: 'build' } }));
    expect(nothingProven.message).toMatch(/^signed evidence: \/predicate\//);
    expect(nothingProven.faults.map((fault) => fault.split(' ')[0])).toEqual(
      expect.arrayContaining(['/predicate/service', '/predicate/releaseId', '/predicate/run', '/predicate/observed', '/predicate/values']),
    );
    expect(faultsOf(await withStatement({ predicateType: 'https://example.com/x' }))).toEqual({
      message: 'signed evidence: /predicateType must be https://promotable.dev/attestation/evidence/v1',
      faults: ['/predicateType invalid_value: must be https://promotable.dev/attestation/evidence/v1'],
    });
  });

  it('that is no JSON is refused at its root, and what it holds is not repeated', async () => {
    const { message, faults } = faultsOf(Buffer.from('a secret'));
    expect(faults).toEqual([expect.stringMatching(/^ [A-Za-z_]+: \S/)]);
    expect(message).toMatch(/^signed evidence: \S/);
    expect(message + faults.join()).not.toContain('a secret');
    expect(faultsOf(await withPayload('a secret')).faults).toEqual([expect.stringMatching(/^ [A-Za-z_]+: \S/)]);
  });

  it('belongs to the environment of its stage, and to none where it is of a build', async () => {
    expect(environmentOf(await sampleEvidence())).toBe('production');
    expect(environmentOf(await signEvidence(buildEvidence(sampleBuild, { clock: noClock }), sampleSigner))).toBe('none');
  });

  it('is signed under the signal of its caller', async () => {
    const statement = buildEvidence(sampleBuild, { clock: noClock });
    const heard: unknown[] = [];
    const signer: Signer = {
      ...sampleSigner,
      sign(bytes, options) {
        heard.push(options?.signal);
        return sampleSigner.sign(bytes);
      },
    };
    const { signal } = new AbortController();
    await signEvidence(statement, signer, signal);
    await signEvidence(statement, signer);
    expect(heard).toEqual([signal, undefined]);
  });
});
