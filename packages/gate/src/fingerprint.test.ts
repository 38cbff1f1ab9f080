import { describe, expect, it } from 'vitest';
import { fingerprint, type FingerprintInput } from './fingerprint.ts';
import { ask20, digestB } from './testing/world.ts';

const reason = (code: string, measured = 1) => ({ code, class: 'missing_proof' as const, params: { measured } });
const held: FingerprintInput = {
  question: { tenant: 'acme', ...ask20 },
  kind: 'rollout',
  policyDigest: 'f'.repeat(64),
  override: null,
  evidence: ['a', 'b'],
  judgement: { verdict: 'hold', reasons: [reason('STALE'), reason('PENDING')], warnings: [], isPolicys: true },
};
const passed: FingerprintInput = { ...held, judgement: { verdict: 'pass', reasons: [], warnings: [], isPolicys: true } };

describe('a fingerprint', () => {
  it('does not change with measured values, the order of reasons, or the evidence of a hold', () => {
    const same = [
      { ...held, judgement: { ...held.judgement, reasons: [reason('PENDING', 7), reason('STALE', 8), reason('STALE', 9)] } },
      { ...held, judgement: { ...held.judgement, warnings: [reason('AGING')] } },
      { ...held, evidence: ['c'] },
    ];
    for (const other of same) expect(fingerprint(other)).toBe(fingerprint(held));
  });

  it('changes with verdict, codes, policy, override, kind, digests, pod template, and the evidence of a pass', () => {
    const others: FingerprintInput[] = [
      passed,
      { ...passed, evidence: ['c'] },
      { ...passed, kind: 'rollback' },
      { ...held, judgement: { ...held.judgement, verdict: 'fail' } },
      { ...held, judgement: { ...held.judgement, reasons: [reason('STALE')] } },
      { ...held, policyDigest: 'e'.repeat(64) },
      { ...held, override: 'O-1' },
      { ...held, question: { ...held.question, digests: [digestB] } },
      { ...held, question: { ...held.question, podTemplateHash: null } },
    ];
    const all = [held, ...others].map(fingerprint);
    expect(new Set(all).size).toBe(all.length);
  });
});
