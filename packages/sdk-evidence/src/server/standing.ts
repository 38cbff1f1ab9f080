// Which record counts, whatever order the records arrived in. Pure: the same set of records gives the same standings.
import type { BuildEvidence, EvidenceItem, ItemRecord, ItemStanding, StageEvidence } from '@promotable/contracts';
import type { SignedRecord } from './evidence-record.ts';

/** What is needed to rank a record and to show it; the signed bytes are not. */
export type RankedRecord = Pick<
  SignedRecord,
  'statementDigest' | 'digests' | 'receivedAt' | 'ingestSequence' | 'keyId' | 'predicate' | 'traceparent'
> & {
  /** Another tool said it, so it counts only for a release that all of its digests are part of. @default false */
  readonly foreign?: boolean;
};

/** Replaced records that are told of one counting record. */
const maxSuperseded = 20;

type ValueOf<Item extends EvidenceItem> = Extract<(BuildEvidence['values'] & StageEvidence['values'])[Item], object>;
/** Without the tag that states an absence, which {@link ItemRecord} adds itself. */
type Present<Value> = Exclude<Value, { absent: string }>;

/**
 * Standings of one item, one for each record that counts for at least one digest; the greatest (observed.until, run.attempt,
 * ingestSequence) counts. `records` are the records of one release at one checkpoint; those without the item are left aside. Records bound
 * to no artifact stand together under `identity`, the digest of the release itself.
 */
export function standingOf<Item extends EvidenceItem>(
  records: readonly RankedRecord[],
  item: Item,
  identity: string,
): ItemStanding<Present<ValueOf<Item>>>[] {
  const subjectsOf = ({ digests }: ItemRecord<unknown>): readonly string[] => (digests.length === 0 ? [identity] : digests);
  const having = records.flatMap((record) => itemRecordOf(record, item) ?? []).sort(byPrecedence);
  const countsFor = new Map<ItemRecord<Present<ValueOf<Item>>>, string[]>();
  const taken = new Set<string>();
  for (const record of having) {
    const fresh = subjectsOf(record).filter((subject) => !taken.has(subject));
    if (fresh.length === 0) continue;
    for (const subject of fresh) taken.add(subject);
    countsFor.set(record, fresh);
  }
  return [...countsFor].map(([counting, subjects]) => {
    const rivals = having.filter((record) => subjectsOf(record).some((subject) => subjects.includes(subject)));
    const failures = rivals.filter(failed);
    return {
      counting,
      countsFor: subjects.sort(),
      previous: rivals.find((record) => isWindowBefore(record, counting)) ?? null,
      failedRuns: new Set(failures.map(({ run }) => JSON.stringify([run.provider, run.id]))).size,
      supersededFailures: failures.filter((record) => record !== counting).length,
      superseded: rivals.filter((record) => byPrecedence(counting, record) < 0).slice(0, maxSuperseded),
    };
  });
}

/** A new attempt at the same window replaces it and is not the window before; nor is one of another pod template. */
function isWindowBefore(record: ItemRecord<unknown>, counting: ItemRecord<unknown>): boolean {
  return record.observed.until < counting.observed.until && record.podTemplateHash === counting.podTemplateHash;
}

/** Greatest first. */
function byPrecedence(a: ItemRecord<unknown>, b: ItemRecord<unknown>): number {
  return b.observed.until - a.observed.until || b.run.attempt - a.run.attempt || b.ingestSequence - a.ingestSequence;
}

/**
 * What failed by itself, whatever the thresholds: red tests, and a list or a report that counts nothing. Whether coverage or a scan
 * failed hangs on thresholds, so the policy says that of the superseded records.
 */
function failed({ value }: ItemRecord<unknown>): boolean {
  const { failed: failures = 0, errors = 0, components } = value as { failed?: number; errors?: number; components?: number };
  return failures > 0 || errors > 0 || components === 0;
}

function itemRecordOf<Item extends EvidenceItem>(record: RankedRecord, item: Item): ItemRecord<Present<ValueOf<Item>>> | null {
  const { predicate } = record;
  const value = (predicate.values as Partial<Record<EvidenceItem, ValueOf<Item>>>)[item];
  if (value === undefined) return null;
  const samples = predicate.samples as Partial<Record<EvidenceItem | 'stable', number>>;
  return {
    evidenceId: record.statementDigest,
    digests: record.digests,
    observed: { from: Date.parse(predicate.observed.from), until: Date.parse(predicate.observed.until) },
    receivedAt: record.receivedAt,
    run: predicate.run,
    ingestSequence: record.ingestSequence,
    keyId: record.keyId,
    traceparent: record.traceparent,
    podTemplateHash: 'podTemplateHash' in predicate && typeof predicate.podTemplateHash === 'string' ? predicate.podTemplateHash : null,
    value: value as Present<ValueOf<Item>> | { absent: string },
    samples: samples[item] ?? null,
    stableSamples: item === 'slo' ? (samples.stable ?? null) : null,
  };
}
