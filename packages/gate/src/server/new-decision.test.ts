import type { ExceptionFact, PolicyReason } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { rolloutFacts } from '../facts.ts';
import type { Judgement } from '../judge.ts';
import { builtRelease, standing, windowRecord } from '../testing/evidence.ts';
import { ask20, digestA, startOfTime } from '../testing/world.ts';
import { type DecisionContext, decisionOf, draftOf } from './new-decision.ts';

const now = startOfTime + 420_000;
const policyDigest = 'f'.repeat(64);
const question = { tenant: 'acme', ...ask20 };
const window = windowRecord({ until: now - 1000, digests: [digestA] });
const evidence = { ...builtRelease({ until: startOfTime, digests: [digestA] }), slo: standing(window) };

const exception = (id: string, expiresInMs: number, kind: ExceptionFact['kind'] = 'waiver'): ExceptionFact => ({
  kind,
  id,
  codes: ['P95_OVER_BUDGET'],
  digests: [digestA],
  environment: 'production',
  stages: ['20'],
  rule: { absent: 'NOT_STATED' },
  path: { absent: 'NOT_STATED' },
  suite: { absent: 'NOT_STATED' },
  verified: true,
  countersigned: { absent: 'NOT_APPLICABLE' },
  activeForMs: 0,
  expiresInMs,
});
const factsWith = (...exceptions: ExceptionFact[]) =>
  rolloutFacts({
    question,
    evidence,
    standing: { proven: false, revoked: false, current: false, suspectForMs: { absent: 'NOT_SUSPECT' }, passedWith: { absent: 'NO_PASS' } },
    exceptions,
    signers: { statusOf: () => 'trusted' },
    stageStartedAt: startOfTime,
    now,
  }).facts;

const note = (code: string, params: PolicyReason['params'] = {}): PolicyReason => ({ code, class: 'note', params });
const judged = (verdict: Judgement['verdict'], changes: Partial<Judgement> = {}): Judgement => ({
  verdict,
  reasons: [],
  warnings: [],
  isPolicys: true,
  ...changes,
});
const context: DecisionContext = {
  id: '00000000-0000-4000-8000-000000000001',
  epoch: '01890a5d-ac96-774b-bcce-b302099a8057',
  revision: 7,
  factsDigest: 'e'.repeat(64),
  policyDigest,
  now,
  stageStartedAt: startOfTime,
  passValidMs: 300_000,
  traceId: null,
};
const decided = (judgement: Judgement, facts = factsWith()) =>
  decisionOf(question, facts, judgement, draftOf(question, facts, judgement, policyDigest), context, (reason) => ({
    ...reason,
    message: `message of ${reason.code}`,
    fix: 'fix',
  }));

describe('a new decision', () => {
  it('says what was asked, by what it was judged, and what counted', () => {
    const held: PolicyReason = { code: 'STALE', class: 'missing_proof', params: { item: 'slo' } };
    expect(decided(judged('hold', { reasons: [held], warnings: [note('NO_BASELINE')] }))).toEqual({
      id: context.id,
      subject: { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', kind: 'rollout', stage: '20' },
      podTemplateHash: '6d4f9c7b58',
      digests: [digestA],
      verdict: 'hold',
      reasons: [{ ...held, message: 'message of STALE', fix: 'fix' }],
      warnings: [{ ...note('NO_BASELINE'), message: 'message of NO_BASELINE', fix: 'fix' }],
      evidence: [evidence.sbom[0]?.counting.evidenceId, window.evidenceId].sort(),
      factsDigest: context.factsDigest,
      policyDigest,
      mode: 'enforced',
      override: null,
      epoch: context.epoch,
      revision: 7,
      stageStartedAt: '2026-11-21T11:00:00.000Z',
      evaluatedAt: '2026-11-21T11:07:00.000Z',
      validUntil: null,
      traceId: null,
    });
  });

  it('is valid for a while as a pass, and without an end as a fail or a hold', () => {
    expect(decided(judged('pass')).validUntil).toBe('2026-11-21T11:12:00.000Z');
    for (const verdict of ['fail', 'hold'] as const) expect(decided(judged(verdict)).validUntil).toBeNull();
  });

  it('is a rollback only as a pass that the policy calls one', () => {
    const warnings = [note('NO_BASELINE'), note('ROLLBACK_TO_PROVEN')];
    expect(decided(judged('pass', { warnings })).subject.kind).toBe('rollback');
    expect(decided(judged('pass', { warnings: warnings.slice(0, 1) })).subject.kind).toBe('rollout');
    for (const verdict of ['fail', 'hold'] as const) expect(decided(judged(verdict, { warnings })).subject.kind).toBe('rollout');
  });

  it('ends with the first exception that it needs, and names the override among them', () => {
    const exceptions = [exception('W-1', 120_000), exception('O-1', 180_000, 'override'), exception('W-2', 1000)];
    const turned = (...turnedBy: string[]) => note('P95_OVER_BUDGET', { turnedBy });
    const end = (ms: number) => new Date(now + ms).toISOString();
    const decide = (...warnings: PolicyReason[]) => decided(judged('pass', { warnings }), factsWith(...exceptions));
    expect(decide(turned('W-1'))).toMatchObject({ override: null, validUntil: end(120_000) });
    expect(decide(turned('O-1'))).toMatchObject({ override: 'O-1', validUntil: end(180_000) });
    expect(decide(turned('W-1'), turned('O-1'))).toMatchObject({ override: 'O-1', validUntil: end(120_000) });
    expect(decide(turned('unknown'))).toMatchObject({ override: null, validUntil: end(300_000) });
    expect(decide(note('P95_OVER_BUDGET', { turnedBy: 'W-2' }))).toMatchObject({ validUntil: end(300_000) });
  });
});
