// One computation of an answer: what it is made from, and how long it holds.

export class Reading {
  /** Named before the resolver reads, so that a change during the reading is noticed. */
  readonly tags = new Set<string>();
  /** Until when the answer holds by itself, milliseconds since the Unix epoch. */
  validUntil = Number.POSITIVE_INFINITY;
  /** Something it was made from changed meanwhile: the answer may go to whoever asked before, and is not kept. */
  isStale = false;

  dependsOn(tags: readonly string[]): void {
    for (const tag of tags) this.tags.add(tag);
  }

  /** The earliest end of several counts; what is not a number ends at once. */
  holdsUntil(until: number): void {
    this.validUntil = until >= this.validUntil ? this.validUntil : Number.isNaN(until) ? 0 : until;
  }
}
