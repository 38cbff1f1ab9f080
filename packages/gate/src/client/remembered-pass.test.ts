import { describe, expect, it } from 'vitest';
import { entry } from '../testing/decision-samples.ts';
import { turnableClock } from '../testing/world.ts';
import { holdPass, stillPasses } from './remembered-pass.ts';
import type { VerifiedDecision } from './verify-decision.ts';

const { bundle, decision } = entry(1, { verdict: 'pass' });
const clock = turnableClock();
const verified = (changes: Partial<VerifiedDecision['decision']> = {}): VerifiedDecision => ({
  decision: { ...decision, validUntil: new Date(clock.now() + 60_000).toISOString(), ...changes },
  statementDigest: 'd'.repeat(64),
  bundle,
});

function held() {
  const pass = holdPass(verified(), clock);
  if (pass === null) throw new Error('no pass');
  return pass;
}

describe('a remembered pass', () => {
  it('is kept of a pass with an end alone', () => {
    expect(held()).toMatchObject({ bundle, receivedAt: clock.now(), validUntil: clock.now() + 60_000 });
    expect(holdPass(verified({ validUntil: null }), clock)).toBeNull();
    for (const verdict of ['fail', 'hold'] as const) expect(holdPass(verified({ verdict }), clock)).toBeNull();
  });

  it('counts from when it was received until just before it ends', () => {
    const pass = held();
    const at = (wall: number) => stillPasses(pass, { now: () => pass.receivedAt + wall, monotonic: () => clock.monotonic() });
    expect([-1, 0, 59_999, 60_000].map(at)).toEqual([false, true, true, false]);
  });

  it('ends on the monotonic clock of its own process, and on the wall clock alone in another one', () => {
    const pass = held();
    const later = (ms: number) => ({ now: () => pass.receivedAt, monotonic: () => clock.monotonic() + ms });
    expect([59_999, 60_000].map((ms) => stillPasses(pass, later(ms)))).toEqual([true, false]);
    const elsewhere = { ...pass, monotonic: { ...pass.monotonic, process: '00000000-0000-4000-8000-000000000000' } };
    expect(stillPasses(elsewhere, later(60_000))).toBe(true);
  });
});
