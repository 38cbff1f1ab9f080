/** How many requests an open load of `perSecond` has sent after `elapsedMs`, whatever became of those before: the nth is due at n / perSecond. */
export function arrivalsBy(elapsedMs: number, perSecond: number): number {
  return Math.floor((elapsedMs * perSecond) / 1000);
}

/** When the nth request (from 1) is due, milliseconds after the start. */
export function arrivalMs(n: number, perSecond: number): number {
  return (n * 1000) / perSecond;
}
