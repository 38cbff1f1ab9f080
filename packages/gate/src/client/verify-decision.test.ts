import { generateSigningKey, type KeySet, localSigner, signStatement } from '@promotable/attest';
import type { DecisionPredicate, Statement } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { decisionStatement } from '../decision-statement.ts';
import { entry, question as sampleQuestion } from '../testing/decision-samples.ts';
import { digestB } from '../testing/world.ts';
import { Hold } from './hold.ts';
import { isUnknownKey, verifyDecision, type VerifyDecisionOptions } from './verify-decision.ts';

const evaluatedAt = Date.parse('2026-11-21T11:20:30.000Z');
const minute = 60_000;
const instant = (ms: number) => new Date(ms).toISOString();
const key = generateSigningKey('ecdsa-p256');
const stale = { code: 'STALE', class: 'missing_proof' as const, params: {}, message: '', fix: '' };
const breach = { ...stale, code: 'P95_OVER_BUDGET', class: 'breach' as const };
const pass: DecisionPredicate = { ...entry(7, { verdict: 'pass' }).decision, validUntil: instant(evaluatedAt + 5 * minute) };
const hold: DecisionPredicate = { ...pass, verdict: 'hold', reasons: [stale], validUntil: null };

type Entry = KeySet['keys'][number];
const keySetOf = (changes: Partial<Entry> = {}): KeySet => ({
  version: 1,
  issuedAt: instant(evaluatedAt),
  expiresAt: instant(evaluatedAt + 60 * minute),
  keys: [
    {
      keyId: key.keyId,
      algorithm: key.algorithm,
      publicKeyPem: key.publicKeyPem,
      use: 'decision',
      notBefore: instant(evaluatedAt),
      notAfter: instant(evaluatedAt + 60 * minute),
      revokedAt: null,
      ...changes,
    },
  ],
});

const question = { ...sampleQuestion, tenant: null };
const bundleOf = (statement: Statement, signer = key) => signStatement(statement, localSigner(signer.privateKeyPem));

async function verified(decision: DecisionPredicate, changes: Partial<VerifyDecisionOptions> = {}) {
  const options = { keySet: keySetOf(), question, now: evaluatedAt + minute, ...changes };
  return verifyDecision(await bundleOf(decisionStatement(decision)), options);
}

/** Why a decision, or a whole bundle, is not believed. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; params: object }> {
  const error = await work.then(
    () => new Error('was believed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Hold)) throw error;
  const { code, params } = error.reason;
  return { code, params };
}
const unverified = (cause: string) => ({ code: 'DECISION_UNVERIFIED', params: { cause } });

describe('a decision that answers the question', () => {
  it('comes out with its digest and its bundle, whatever its verdict', async () => {
    const fail: DecisionPredicate = { ...pass, verdict: 'fail', reasons: [breach], validUntil: null };
    for (const decision of [pass, fail, hold]) {
      const { decision: believed, statementDigest, bundle } = await verified(decision);
      expect(believed).toEqual(decision);
      expect(statementDigest).toMatch(/^[0-9a-f]{64}$/);
      expect(bundle.verificationMaterial.publicKey.hint).toBe(key.keyId);
    }
  });

  it('is of the tenant that is asked about, or of any where none is known', async () => {
    expect((await verified(pass, { question: { ...question, tenant: 'acme' } })).decision.subject.tenant).toBe('acme');
    const foreign = verified(pass, { question: { ...question, tenant: 'globex' } });
    expect(await refusal(foreign)).toEqual({ code: 'DECISION_FOREIGN', params: { field: 'tenant' } });
  });

  it('may be a rollback as a pass alone', async () => {
    const rollback = (decision: DecisionPredicate) => ({ ...decision, subject: { ...decision.subject, kind: 'rollback' as const } });
    expect((await verified(rollback(pass))).decision.subject.kind).toBe('rollback');
    expect(await refusal(verified(rollback(hold)))).toEqual({ code: 'DECISION_FOREIGN', params: { field: 'kind' } });
  });
});

describe('a decision about something else names the first field that differs:', () => {
  const { subject } = pass;
  it.each<[string, Partial<DecisionPredicate>]>([
    ['service', { subject: { ...subject, service: 'cart' } }],
    ['releaseId', { subject: { ...subject, releaseId: 'B' } }],
    ['environment', { subject: { ...subject, environment: 'staging' } }],
    ['kind', { subject: { ...subject, kind: 'promotion' } }],
    ['stage', { subject: { ...subject, stage: '50' } }],
    ['podTemplateHash', { podTemplateHash: null }],
    ['digests', { digests: [] }],
    ['digests', { digests: [digestB] }],
    ['digests', { digests: [...pass.digests, digestB] }],
  ])('%s', async (field, changes) => {
    expect(await refusal(verified({ ...pass, ...changes }))).toEqual({ code: 'DECISION_FOREIGN', params: { field } });
  });
});

describe('a decision is not believed', () => {
  it('for what its statement is', async () => {
    const statement = decisionStatement(pass);
    const of = async (changes: Partial<Statement>) =>
      refusal(
        bundleOf({ ...statement, ...changes }).then((bundle) =>
          verifyDecision(bundle, { keySet: keySetOf(), question, now: evaluatedAt + minute }),
        ),
      );
    expect(await of({ predicateType: 'https://promotable.dev/attestation/evidence/v1' })).toEqual(unverified('it is no decision'));
    expect(await of({ predicate: { ...pass, revision: 0 } })).toEqual(unverified('it has an unknown shape'));
    const subjects = unverified('its subjects are not those of the decision');
    expect(await of({ subject: statement.subject.slice(0, 1) })).toEqual(subjects);
    expect(await of({ subject: statement.subject.toReversed() })).toEqual(subjects);
  });

  it('for what it says of itself', async () => {
    expect(await refusal(verified({ ...pass, mode: 'shadow' }))).toEqual(unverified('it was made in shadow mode'));
    const contradiction = unverified('its verdict contradicts its reasons');
    expect(await refusal(verified({ ...pass, reasons: [stale] }))).toEqual(contradiction);
    expect(await refusal(verified({ ...hold, reasons: [] }))).toEqual(contradiction);
    expect(await refusal(verified({ ...pass, validUntil: null }))).toEqual(unverified('a pass without an end'));
  });

  it('once it is dated more than a minute ahead of the clock', async () => {
    const keySet = keySetOf({ notBefore: instant(0) });
    expect((await verified(pass, { keySet, now: evaluatedAt - minute })).decision).toEqual(pass);
    expect(await refusal(verified(pass, { keySet, now: evaluatedAt - minute - 1 }))).toEqual(
      unverified('it is dated 60.0 s ahead of the clock'),
    );
  });

  it('as a pass from the moment at which it ends; a fail or a hold has no end', async () => {
    const end = evaluatedAt + 5 * minute;
    expect((await verified(pass, { now: end - 1 })).decision).toEqual(pass);
    expect(await refusal(verified(pass, { now: end }))).toEqual({ code: 'DECISION_EXPIRED', params: { age: 0 } });
    expect(await refusal(verified(pass, { now: end + 1500 }))).toEqual({ code: 'DECISION_EXPIRED', params: { age: 1500 } });
    expect((await verified({ ...hold, validUntil: instant(0) }, { now: end })).decision.verdict).toBe('hold');
  });

  it('unless its key was in force when it was made, and for a pass is now as well', async () => {
    const retired = { keySet: keySetOf({ notAfter: instant(evaluatedAt + minute) }) };
    expect((await verified(hold, retired)).decision).toEqual(hold);
    expect(await refusal(verified(pass, retired))).toEqual(unverified('the key is retired'));
    const future = { keySet: keySetOf({ notBefore: instant(evaluatedAt + 1) }) };
    expect(await refusal(verified(hold, future))).toEqual(unverified('the key is not-yet-valid'));
    const revoked = { keySet: keySetOf({ revokedAt: instant(evaluatedAt) }) };
    for (const decision of [pass, hold]) expect(await refusal(verified(decision, revoked))).toEqual(unverified('the key is revoked'));
  });

  it('when nobody listed its key, or another use of it; only then may a newer key set tell', async () => {
    const bundle = await bundleOf(decisionStatement(pass), generateSigningKey('ed25519'));
    const own = await bundleOf(decisionStatement(pass));
    const options = { keySet: keySetOf(), question, now: evaluatedAt };
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const unknown = thrown(() => verifyDecision(bundle, options));
    expect(unknown).toMatchObject({ reason: unverified('KEY_UNKNOWN') });
    expect(isUnknownKey(unknown)).toBe(true);
    expect(isUnknownKey(thrown(() => verifyDecision(own, { ...options, keySet: keySetOf({ use: 'evidence' }) })))).toBe(true);
    const listed = (changes: Parameters<typeof keySetOf>[0]) =>
      isUnknownKey(thrown(() => verifyDecision(own, { ...options, keySet: keySetOf(changes) })));
    expect(listed({ notBefore: instant(evaluatedAt + minute) })).toBe(true);
    expect(listed({ notAfter: instant(evaluatedAt) })).toBe(true);
    expect(listed({ revokedAt: instant(evaluatedAt) })).toBe(false);
    const damaged = thrown(() => verifyDecision({ ...own, mediaType: 'text/html' }, options));
    expect(damaged).toMatchObject({ reason: unverified('BUNDLE_INVALID') });
    for (const other of [damaged, (unknown as Hold).cause, new Hold('DECISION_UNVERIFIED'), null]) expect(isUnknownKey(other)).toBe(false);
  });
});
