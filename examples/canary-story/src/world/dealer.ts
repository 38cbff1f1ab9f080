export type Version = 'stable' | 'canary';

/** Deals requests to the two versions. */
export interface Dealer {
  readonly percent: number;
  /** Which version the next request goes to. */
  deal(): Version;
  /** Starts over with another share for the canary, in percent from 0 to 100. */
  setPercent(percent: number): void;
}

/**
 * Deals exactly and as evenly as can be: after n requests the canary has ⌊n · percent / 100⌋ of them, so any run of them is off by less than one request.
 * (Bresenham's line algorithm: the error is carried, never drawn by lot.)
 */
export function createDealer(): Dealer {
  let percent = 0;
  let carried = 0;
  return {
    get percent() {
      return percent;
    },
    deal() {
      carried += percent;
      if (carried < 100) return 'stable';
      carried -= 100;
      return 'canary';
    },
    setPercent(next) {
      if (!Number.isInteger(next) || next < 0 || next > 100) throw new RangeError(`a share must be a whole percentage, not ${next}`);
      percent = next;
      carried = 0;
    },
  };
}
