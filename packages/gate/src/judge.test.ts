import { GateError } from './gate-error.ts';
import type { RolloutFacts } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { judge, verdictOf } from './judge.ts';

const facts = { schema: 'https://promotable.dev/facts/rollout/v1' } as RolloutFacts;
const reason = (kind: 'breach' | 'waivable_breach' | 'missing_proof' | 'note') => ({ code: 'CODE', class: kind, params: {} });
const failed = (cause: string) => ({
  verdict: 'hold',
  reasons: [{ code: 'POLICY_FAILED', class: 'missing_proof', params: { cause } }],
  warnings: [],
  isPolicys: false,
});

describe('the verdict of reasons', () => {
  it('is a fail for any breach, else a hold for any missing proof, else a pass', () => {
    expect(verdictOf([])).toBe('pass');
    expect(verdictOf([reason('note')])).toBe('pass');
    expect(verdictOf([reason('note'), reason('missing_proof')])).toBe('hold');
    for (const breach of ['breach', 'waivable_breach'] as const) {
      expect(verdictOf([reason(breach)])).toBe('fail');
      expect(verdictOf([reason('missing_proof'), reason(breach)])).toBe('fail');
      expect(verdictOf([reason(breach), reason('missing_proof')])).toBe('fail');
    }
  });
});

describe('a judgement', () => {
  it('is what the rollout policy says of the facts, notes included', () => {
    const answer = { verdict: 'fail' as const, reasons: [reason('breach')], warnings: [reason('note')] };
    const asked: unknown[] = [];
    const evaluate = (entrypoint: string, about: RolloutFacts) => {
      asked.push(entrypoint, about);
      return answer;
    };
    expect(judge(facts, { evaluate })).toEqual({ ...answer, isPolicys: true });
    expect(asked).toEqual(['promotable/rollout/decision', facts]);
  });

  it('is a hold with its cause where the policy gave none; words of a foreign error stay inside', () => {
    const throwing = (error: unknown) => () => {
      throw error;
    };
    expect(judge(facts, { evaluate: throwing(new GateError('CONFIGURATION', 'the module has no entrypoint')) })).toEqual(
      failed('the module has no entrypoint'),
    );
    expect(judge(facts, { evaluate: throwing(new Error('at 10.0.0.7')) })).toEqual(failed('the engine threw'));
    expect(judge(facts, { evaluate: () => ({ verdict: 'pass' }) })).toEqual(failed('its result has an unknown shape'));
    expect(judge(facts, { evaluate: () => ({ verdict: 'pass', reasons: [reason('missing_proof')], warnings: [] }) })).toEqual(
      failed('its verdict contradicts its reasons'),
    );
  });
});
