import type { KeptAnswer } from './kept-answer.ts';

/** One answer in the cache. Whoever was given it last refers to it, so what is large in it goes when it is dropped. */
export interface Entry {
  readonly whom: string;
  readonly tags: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly validUntil: number;
  /** The same and the longest age, on the monotonic clock: a wall clock set back prolongs nothing. */
  readonly endsAt: number;
  /** Empty once it was dropped. */
  asked: string;
  /** Null once it was dropped. */
  answer: KeptAnswer | null;
}
