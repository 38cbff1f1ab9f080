import { describe, expect, it } from 'vitest';
import { GateError } from '../gate-error.ts';
import { faultOf, inWords } from './fault-reason.ts';

describe('a fault of the gate', () => {
  it('is a missing proof that names what a person can act on, and nothing of the inside', () => {
    const invalid = new GateError('FACTS_INVALID', 'no facts', { faults: [{ path: '/items/slo', code: 'c', message: 'm' }] });
    const loaded = 'the active policy is not loaded here';
    const missing = (code: string, params: object) => ({ code, class: 'missing_proof', params });
    expect(faultOf(invalid)).toEqual(missing('UNKNOWN_SHAPE', { path: '/items/slo' }));
    expect(faultOf(new GateError('FACTS_INVALID', 'no facts'))).toEqual(missing('UNKNOWN_SHAPE', { path: '' }));
    expect(faultOf(new GateError('FACTS_TOO_LARGE', 'too many bytes'))).toEqual(missing('POLICY_FAILED', { cause: 'too many bytes' }));
    expect(faultOf(new GateError('POLICY_NOT_LOADED', 'digest f00'))).toEqual(missing('POLICY_FAILED', { cause: loaded }));
    for (const other of [new GateError('CONTENTION', 'x'), new GateError('STORE_UNAVAILABLE', 'x'), new Error('x'), 'x', null, undefined])
      expect(faultOf(other)).toEqual(missing('INTERNAL', {}));
  });

  it('has words also where the policy has none for it', () => {
    const reason = { code: 'INTERNAL', class: 'missing_proof' as const, params: { a: 1 } };
    const words = { ...reason, message: 'm', fix: 'f' };
    expect(inWords(reason, () => words)).toBe(words);
    const render = () => {
      throw new Error('no text for INTERNAL');
    };
    expect(inWords(reason, render)).toEqual({
      ...reason,
      message: 'The gate could not decide: INTERNAL.',
      fix: 'Ask again; if it stays, look at the log and the readiness of MC.',
    });
  });
});
