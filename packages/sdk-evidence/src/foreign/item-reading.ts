import type { BuildEvidence, BuildItem } from '@promotable/contracts';
import type { ObservedSpan } from '../readers/report-time.ts';

/** What a foreign predicate says about one item of a build. */
export type ItemReading = {
  [Item in BuildItem]: {
    readonly item: Item;
    readonly value: Exclude<NonNullable<BuildEvidence['values'][Item]>, { absent: string }>;
    /** How much was counted; null for an item without samples. */
    readonly samples: number | null;
    /** Null where the predicate states no time. */
    readonly observed: ObservedSpan | null;
    /** What the predicate calls the run that made it; null where it calls it nothing. */
    readonly runId: string | null;
  };
}[BuildItem];

/** A predicate to read: its values as signed, and the digest of the payload that holds it. */
export interface SignedPredicate {
  readonly predicate: Readonly<Record<string, unknown>>;
  readonly payloadDigest: string;
}
