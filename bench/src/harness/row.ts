import type { Placement } from './placement.ts';
import type { Variant } from './variant.ts';

/** `cpu` and `wall`: time per operation; `p50` and `p95`: of the latency, where the slice tells it. */
export type Metric = 'cpu' | 'wall' | 'p50' | 'p95';

/**
 * What a ratio must be. `cost` is subject ÷ baseline and has an upper limit; `share` is baseline ÷ subject and has a lower one
 * ("reaches 0.75 of the limit", "is 1.8 times as fast").
 */
export type Gate =
  | {
      readonly kind: 'cost';
      readonly atMost: number;
      /** Taken off the subject before dividing, in the unit of the metric (µs per operation, ms of latency). @default 0 */
      readonly allowance?: number;
    }
  | { readonly kind: 'share'; readonly atLeast: number };

/** Two variants of a row set against each other: one line of the result. */
export interface Comparison {
  /** Unique over all rows; what `--json` calls the row. */
  readonly name: string;
  readonly subject: string;
  readonly baseline: string;
  readonly metric: Metric;
  /** Null: told, not judged. */
  readonly gate: Gate | null;
  /** How to put the ratio of a comparison without gate. @default 'cost' */
  readonly kind?: Gate['kind'];
}

export interface RowContext {
  /** Root of the repository. */
  readonly root: string;
  readonly placement: Placement;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Installs `bench/peers` where that has not been done; resolves with its folder. @throws {BenchError} `UNAVAILABLE` */
  readonly peers: () => Promise<string>;
}

/** Variants that are measured together. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** `quick` needs neither services nor servers; `full` is everything. */
  readonly set: 'quick' | 'full';
  readonly comparisons: readonly Comparison[];
  /** Length of a slice, milliseconds. */
  readonly sliceMs: number;
  /** @default 9 */
  readonly rounds?: number;
  /** Share of a core that every variant must at least have work for, so that a round counts; set for closed loops that saturate a server. @default none */
  readonly leastUtilisation?: number;
  /**
   * Starts every variant and checks that all do the same work before any is timed.
   * @throws {BenchError} `UNAVAILABLE` where a part cannot be had, `ANSWERS_DIFFER` where they do not
   */
  start(context: RowContext): Promise<readonly Variant[]>;
}
