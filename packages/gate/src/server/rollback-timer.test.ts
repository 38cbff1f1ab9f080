import type { DecisionPredicate } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { rollbackTimer } from './rollback-timer.ts';

type Kind = 'rollout' | 'rollback';

function decided(
  second: number,
  verdict: DecisionPredicate['verdict'],
  isLastStage = false,
  kind: Kind = 'rollout',
  environment = 'production',
) {
  const subject = { tenant: 'acme', service: 'checkout', releaseId: '1', environment, kind, stage: '20' };
  return { decision: { subject, verdict, evaluatedAt: new Date(second * 1000).toISOString() } as DecisionPredicate, isLastStage };
}

describe('a rollback', () => {
  it('lasts from the first fail to the pass of its last stage', () => {
    const secondsOf = rollbackTimer();
    const story = [
      decided(10, 'fail'),
      decided(40, 'fail'),
      decided(60, 'pass', false, 'rollback'),
      decided(130, 'pass', true, 'rollback'),
    ];
    expect(story.map(secondsOf)).toEqual([null, null, null, 120]);
  });

  it('is measured once', () => {
    const secondsOf = rollbackTimer();
    expect([decided(10, 'fail'), decided(20, 'pass', true, 'rollback'), decided(30, 'pass', true, 'rollback')].map(secondsOf)).toEqual([
      null,
      10,
      null,
    ]);
  });

  it('is not what a new release does that passes after a fail, and that fail is over', () => {
    const secondsOf = rollbackTimer();
    expect([decided(10, 'fail'), decided(20, 'pass', true), decided(30, 'pass', true, 'rollback')].map(secondsOf)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('belongs to its environment', () => {
    const secondsOf = rollbackTimer();
    expect([decided(10, 'fail', false, 'rollout', 'staging'), decided(20, 'pass', true, 'rollback')].map(secondsOf)).toEqual([null, null]);
  });
});
