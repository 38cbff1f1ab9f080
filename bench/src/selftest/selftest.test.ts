import { describe, expect, it } from 'vitest';
import type { RunResult, Verdict } from '../harness/judge-run.ts';
import { exitCodeOf } from '../report/result.ts';
import { findingOf } from './selftest.ts';

const findings = (judge: (name: string) => { ratio: number | null; verdict: Verdict | null }) =>
  ['worker-itself', 'worker-planted', 'server-itself', 'server-planted'].map((name) => findingOf({ name, ...judge(name) }));

describe('the selftest', () => {
  it('passes a harness that sees a fifth more, and nothing where there is nothing', () => {
    const seen = findings((name) => (name.endsWith('planted') ? { ratio: 1.19, verdict: 'fail' } : { ratio: 1.01, verdict: 'pass' }));
    expect(exitCodeOf(seen)).toBe(0);
  });

  it.each<[string, (name: string) => { ratio: number | null; verdict: RunResult['verdict'] }]>([
    ['always says equal', () => ({ ratio: 1, verdict: 'pass' })],
    ['always passes, whatever it measured', (name) => ({ ratio: name.endsWith('planted') ? 1.2 : 1, verdict: 'pass' })],
    ['always fails', (name) => ({ ratio: name.endsWith('planted') ? 1.2 : 1, verdict: 'fail' })],
    ['always says slower', () => ({ ratio: 1.2, verdict: 'fail' })],
    [
      'judges rightly by figures that are wrong',
      (name) => (name.endsWith('planted') ? { ratio: 1.6, verdict: 'fail' } : { ratio: 1, verdict: 'pass' }),
    ],
    ['judges without figures', (name) => ({ ratio: null, verdict: name.endsWith('planted') ? 'fail' : 'pass' })],
    ['judges nothing', () => ({ ratio: 1, verdict: null })],
  ])('fails a harness that %s', (_title, judge) => {
    expect(exitCodeOf(findings(judge))).toBe(1);
  });

  it('is inconclusive where the machine was too busy to tell', () => {
    expect(exitCodeOf(findings(() => ({ ratio: 1.1, verdict: 'inconclusive' })))).toBe(3);
  });
});
