// Evidence records within a story: what each says, and for which artifacts it counts.
import type { ReleaseEvidence } from '@promotable/contracts';
import type { StoryEvidence } from '@promotable/contracts/graphql';
import type { EvidenceRecord, EvidenceStore, ReleaseKey } from '@promotable/sdk-evidence/server';

export interface ReleaseStanding {
  readonly digests: readonly string[];
  readonly rebuilds: number;
  readonly untrusted: number;
  /** By evidence id and item. */
  readonly countsFor: ReadonlyMap<string, readonly string[]>;
}

/** What counts, as the gate would be told: one reading per stage that has evidence. */
export async function countingItems(
  store: Pick<EvidenceStore, 'releaseEvidence'>,
  release: ReleaseKey,
  records: readonly EvidenceRecord[],
): Promise<ReleaseStanding> {
  const places = records.flatMap((record) =>
    record.signed && 'environment' in record.predicate
      ? [{ environment: record.predicate.environment, stage: record.predicate.checkpoint }]
      : [],
  );
  const distinct = [...new Map(places.map((place) => [`${place.environment}/${place.stage}`, place])).values()];
  // A release without stage evidence has build evidence all the same, which is the same at every stage.
  const asked = distinct.length === 0 ? [{ environment: '-', stage: 'complete' }] : distinct;
  const read = await Promise.all(asked.map((place) => store.releaseEvidence({ ...release, ...place })));
  const countsFor = new Map(read.flatMap(countingOf));
  const { digests = [], rebuildRevision = 0, untrusted = 0 } = read[0] ?? {};
  return { digests, rebuilds: rebuildRevision, untrusted, countsFor };
}

function countingOf({ sbom, tests, slo, cost }: ReleaseEvidence): [string, readonly string[]][] {
  const items = { sbom, tests, slo: slo === null ? [] : [slo], cost: cost === null ? [] : [cost] };
  return Object.entries(items).flatMap(([item, standings]) =>
    standings.map(({ counting, countsFor }): [string, readonly string[]] => [keyOf(counting.evidenceId, item), countsFor]),
  );
}

export function storyEvidence(
  record: EvidenceRecord,
  countsFor: ReleaseStanding['countsFor'],
  ledgerPosition: number | null,
): StoryEvidence {
  const received = { id: record.id, receivedAt: new Date(record.receivedAt).toISOString(), ledgerPosition };
  if (!record.signed) {
    const { environment, checkpoint } = record.claims;
    const nothing = { keyId: null, observedFrom: null, observedUntil: null, run: null, digests: [], items: [], redactions: 0 };
    return { ...received, ...nothing, signed: false, environment, checkpoint };
  }
  const { predicate, keyId, digests } = record;
  const samples = predicate.samples as Readonly<Record<string, number | undefined>>;
  return {
    ...received,
    signed: true,
    keyId,
    digests: [...digests],
    environment: 'environment' in predicate ? predicate.environment : null,
    checkpoint: predicate.checkpoint,
    observedFrom: predicate.observed.from,
    observedUntil: predicate.observed.until,
    run: predicate.run,
    items: Object.entries<unknown>(predicate.values).map(([item, value]) => ({
      item,
      value,
      samples: samples[item] ?? null,
      stableSamples: item === 'slo' ? (samples['stable'] ?? null) : null,
      countsFor: [...(countsFor.get(keyOf(record.statementDigest, item)) ?? [])],
    })),
    redactions: predicate.redactions.length,
  };
}

function keyOf(evidenceId: string, item: string): string {
  return `${evidenceId}/${item}`;
}
