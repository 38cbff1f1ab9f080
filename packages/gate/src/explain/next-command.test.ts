import type { DecisionPredicate, Reason, Verdict } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { nextCommand } from './next-command.ts';

const digests = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const reason = (code: string): Reason => ({ code, class: 'missing_proof', params: {}, message: code, fix: '' });
const decision = (verdict: Verdict, codes: readonly string[], changes: Partial<DecisionPredicate> = {}): DecisionPredicate => ({
  id: '0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10',
  subject: { tenant: 'acme', service: 'checkout', releaseId: '1.0.0+7', environment: 'production', kind: 'rollout', stage: '20' },
  podTemplateHash: '6d4f9c7b58',
  digests,
  verdict,
  reasons: codes.map(reason),
  warnings: [],
  evidence: [],
  factsDigest: 'c'.repeat(64),
  policyDigest: 'd'.repeat(64),
  mode: 'enforced',
  override: null,
  epoch: '0190b8a0-0000-7000-8000-000000000000',
  revision: 1,
  stageStartedAt: null,
  evaluatedAt: '2026-11-21T12:00:00Z',
  validUntil: null,
  traceId: null,
  ...changes,
});

describe('the next command', () => {
  it('of a hold asks the very same question again, for a while', () => {
    expect(nextCommand(decision('hold', ['PENDING']), 'standard')).toBe(
      `mc gate rollout --service checkout --release 1.0.0+7 --environment production --stage 20 --digest ${digests[0]} --digest ${digests[1]} --pod-template-hash 6d4f9c7b58 --wait 10m`,
    );
    expect(nextCommand(decision('hold', ['PENDING'], { digests: [], podTemplateHash: null }), 'standard')).toBe(
      'mc gate rollout --service checkout --release 1.0.0+7 --environment production --stage 20 --wait 10m',
    );
  });

  it('of a hold that waiting does not heal shows what does', () => {
    expect(nextCommand(decision('hold', ['NO_EVIDENCE', 'PENDING']), 'demo')).toBe(
      'mc evidence status --service checkout --release 1.0.0+7',
    );
    expect(nextCommand(decision('hold', ['UNKNOWN_STAGE']), 'demo')).toBe(
      'mc policy thresholds --service checkout --environment production --layer demo',
    );
  });

  it('of a fail shows the thresholds of the layer that decided, and of a pass takes the decision along', () => {
    expect(nextCommand(decision('fail', ['P95_OVER_BUDGET']), 'demo')).toBe(
      'mc policy thresholds --service checkout --environment production --layer demo',
    );
    expect(nextCommand(decision('pass', []), 'demo')).toBe('mc decision export 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10');
  });

  it('repeats no text of the record that a shell would read otherwise', () => {
    expect(nextCommand(decision('fail', ['P95_OVER_BUDGET']), '$(reboot)')).toBe(
      'mc policy thresholds --service checkout --environment production',
    );
  });
});
