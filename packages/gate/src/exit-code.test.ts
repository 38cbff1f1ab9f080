import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';

describe('an exit code', () => {
  it('is 0 for a pass, 1 for a fail, 3 for a hold', () => {
    expect(['pass', 'fail', 'hold'].map(exitCodeOf)).toEqual([0, 1, 3]);
  });

  it('is 3 for whatever is no verdict', () => {
    expect([undefined, null, '', 'PASS', 'ok', true, 0, {}, ['pass']].map(exitCodeOf)).toEqual(Array.from({ length: 9 }, () => 3));
  });
});
