import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDealer } from './dealer.ts';

describe('createDealer', () => {
  it('is off by less than one request in any run of requests, at any share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.nat(300), fc.integer({ min: 1, max: 500 }), (percent, skipped, length) => {
        const dealer = createDealer();
        dealer.setPercent(percent);
        for (let n = 0; n < skipped; n += 1) dealer.deal();
        const toCanary = Array.from({ length }, () => dealer.deal()).filter((version) => version === 'canary').length;
        expect(Math.abs(toCanary - (length * percent) / 100)).toBeLessThan(1);
      }),
    );
  });

  it('deals every fifth request at 20 %, and none before a share is set', () => {
    const dealer = createDealer();
    expect(dealer.deal()).toBe('stable');
    dealer.setPercent(20);
    const dealt = Array.from({ length: 10 }, () => dealer.deal());
    expect(dealt.map((version, index) => (version === 'canary' ? index : -1)).filter((index) => index >= 0)).toEqual([4, 9]);
  });

  it('carries nothing over from one share to the next', () => {
    const dealer = createDealer();
    dealer.setPercent(99);
    dealer.deal();
    dealer.setPercent(1);
    expect(Array.from({ length: 99 }, () => dealer.deal())).not.toContain('canary');
    expect(dealer.deal()).toBe('canary');
  });

  it('refuses a share that is no whole percentage', () => {
    for (const percent of [-1, 101, 0.5, Number.NaN]) expect(() => createDealer().setPercent(percent)).toThrow(RangeError);
  });
});
