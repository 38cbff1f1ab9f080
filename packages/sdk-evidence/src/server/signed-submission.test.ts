// What of a bundle is believed, and what a publisher is told when it is not.
import { releaseSubject } from '../release-subject.ts';
import { describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import * as sample from './sample-evidence.ts';
import { readBundle, verifySubmission } from './signed-submission.ts';

const { digestA, digestB } = sample;
const trust = sample.trustOf(sample.trustedKey);

async function verified(predicate: object, options: Parameters<typeof sample.sign>[1] = {}, tenant = 'acme') {
  return verifySubmission(readBundle(await sample.sign(predicate, options)), tenant, sample.startedAt, trust);
}

async function refused(work: Promise<unknown>) {
  const error = await work.then(
    () => Promise.reject(new Error('was believed')),
    (reason: EvidenceError) => reason,
  );
  return { code: error.code, message: error.message, faults: error.faults };
}

describe('a submission', () => {
  it('holds what was signed, its artifacts sorted and once each, and by which policy it was judged', async () => {
    const predicate = sample.buildPredicate();
    const own = releaseSubject({ tenant: 'acme', service: sample.service, releaseId: sample.releaseId });
    const subject = [digestB, digestA, digestB].map((sha256) => ({ digest: { sha256 } }));
    const bundle = await sample.sign(predicate, { subject: [...subject, own] });
    const unverified = readBundle(bundle);
    expect(unverified.statementDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(verifySubmission(unverified, 'acme', sample.startedAt, trust)).toEqual({
      trusted: true,
      content: {
        signed: true,
        bundle,
        predicate,
        digests: [`sha256:${digestA}`, `sha256:${digestB}`],
        keyId: sample.trustedKey.keyId,
        attestation: null,
        trustPolicyDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('is not trusted of an unlisted key, of one that the policy does not allow, or for another tenant', async () => {
    const untrusted = { trusted: false };
    expect(await verified(sample.buildPredicate(), { key: sample.strangerKey })).toEqual(untrusted);
    expect(await verified(sample.buildPredicate(), { key: sample.listedKey })).toEqual(untrusted);
    expect(await verified(sample.buildPredicate(), {}, 'initech')).toEqual(untrusted);
    expect((await verified(sample.buildPredicate(), {}, 'globex')).trusted).toBe(true);
  });

  it('is judged for its own service, checkpoint and time', async () => {
    const [entry] = trust.keySet.keys;
    if (entry === undefined) throw new Error('no key');
    const signer = { keyId: sample.trustedKey.keyId, tenant: 'acme', services: ['checkout'], checkpoints: ['stage' as const] };
    const narrow = { ...trust, policy: { signers: [signer] } };
    const judged = async (predicate: object, by: typeof trust, at = sample.startedAt) =>
      verifySubmission(readBundle(await sample.sign(predicate)), 'acme', at, by).trusted;
    expect(await judged(sample.stagePredicate(), narrow)).toBe(true);
    expect(await judged(sample.buildPredicate(), narrow)).toBe(false);
    expect(await judged({ ...sample.stagePredicate(), service: 'cart' }, narrow)).toBe(false);
    const ended = { ...trust, keySet: { ...trust.keySet, keys: [{ ...entry, notAfter: '2026-11-21T11:58:08.000Z' }] } };
    expect(await judged(sample.buildPredicate(), ended)).toBe(true);
    expect(await judged(sample.stagePredicate(), ended)).toBe(false);
    expect(await judged(sample.buildPredicate(), ended, sample.startedAt + 30 * 24 * 3_600_000)).toBe(false);
  });

  it('that is no object is told so, without being read', () => {
    for (const value of ['{}', 7, null, undefined, true])
      expect(() => readBundle(value)).toThrow(
        expect.objectContaining({
          code: 'BUNDLE_INVALID',
          message: 'bundle: /bundle must be an object',
          faults: [{ path: '/bundle', code: 'invalid_type', message: 'must be an object' }],
        }),
      );
  });

  it('whose signature does not hold is told by a code, under the path of the bundle', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    const other = await sample.sign(sample.stagePredicate());
    const mixed = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: other.dsseEnvelope.payload } };
    const told = await refused(Promise.resolve().then(() => verifySubmission(readBundle(mixed), 'acme', sample.startedAt, trust)));
    expect(told).toMatchObject({ code: 'BUNDLE_INVALID', faults: [{ path: '/bundle', code: 'SIGNATURE_INVALID' }] });
    expect(told.message).toMatch(/^bundle: \/bundle \S/);
  });

  it('of another type, or about another release than it says, names the path and what it must be', async () => {
    expect(await refused(verified(sample.buildPredicate(), { predicateType: 'https://slsa.dev/provenance/v1' }))).toEqual({
      code: 'EVIDENCE_INVALID',
      message: 'evidence: /bundle/statement/predicateType must be https://promotable.dev/attestation/evidence/v1',
      faults: [
        {
          path: '/bundle/statement/predicateType',
          code: 'invalid_value',
          message: 'must be https://promotable.dev/attestation/evidence/v1',
        },
      ],
    });
    const subject = [{ digest: { sha256: digestA } }, { name: 'release:checkout/1.4.2', digest: { sha256: digestB } }];
    expect(await refused(verified(sample.buildPredicate(), { subject }))).toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringMatching(/^evidence: /),
      faults: [
        {
          path: '/bundle/statement/subject/1/digest/sha256',
          code: 'release_subject_differs',
          message:
            'must be the sha256 of RFC 8785 {tenant, service, releaseId}: of the tenant of the token, and of what the predicate names',
        },
      ],
    });
    // Called by another name, the same digest is an artifact.
    const artifact = await verified(sample.buildPredicate(), { subject: [{ name: 'a release: notes', digest: { sha256: digestB } }] });
    expect(artifact).toMatchObject({ content: { digests: [`sha256:${digestB}`] } });
  });

  it('is told of faults of its own words as evidence', async () => {
    const { run: _gone, ...rest } = sample.buildPredicate();
    const told = await refused(verified(rest));
    expect(told).toMatchObject({ code: 'EVIDENCE_INVALID', faults: [{ path: '/bundle/statement/predicate/run' }] });
    expect(told.message).toMatch(/^evidence: \/bundle\/statement\/predicate\/run \S/);
  });
});
