// How a spool lies beside an image: one referrer per record, and one more for what became of it. Nothing is ever changed or deleted there.
import type { Descriptor } from '../oci/manifest.ts';

/** Records have the type under which cosign keeps attestations, for that is what they are. */
export const recordType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** An attestation of another tool that waits, with the release it is for. */
export const attestedType = 'application/vnd.promotable.attested+json';
export const fateType = 'application/vnd.promotable.spool-fate.v1+json';

export const annotation = {
  statement: 'dev.promotable.spool.statement',
  key: 'dev.promotable.spool.key',
  arrival: 'dev.promotable.spool.arrival',
  size: 'dev.promotable.spool.size',
  fate: 'dev.promotable.spool.fate',
} as const;

/** `delivered`: MC has it. `discarded`: a person gave it up. Both are no longer listed. */
export type Fate = 'delivered' | 'discarded' | 'refused';

/** One record as the annotations tell it. */
export interface OciRecord {
  readonly statementDigest: string;
  readonly idempotencyKey: string;
  /** Strictly increasing, microseconds since the Unix epoch. */
  readonly arrival: number;
  readonly size: number;
  /** Digest of its manifest. */
  readonly manifest: string;
  /** Digest of the manifest that says why it was refused; null while it waits. */
  readonly refused: string | null;
}

const statementRule = /^[0-9a-f]{64}$/;
const numberRule = /^\d{1,17}$/;

/** What waits or was refused, in order of arrival. A record put again is a new one; the fate of the one before is not its own. */
export function recordsOf(referrers: readonly Descriptor[]): OciRecord[] {
  const latest = new Map<string, OciRecord>();
  for (const { digest, annotations = {} } of referrers) {
    const statementDigest = annotations[annotation.statement] ?? '';
    const [arrival = '', size = ''] = [annotations[annotation.arrival], annotations[annotation.size]];
    // The type is not asked: some registries tell that of the configuration instead.
    const isOurs = statementRule.test(statementDigest) && numberRule.test(arrival) && numberRule.test(size);
    if (!isOurs || Number(arrival) <= (latest.get(statementDigest)?.arrival ?? -1)) continue;
    latest.set(statementDigest, {
      statementDigest,
      idempotencyKey: annotations[annotation.key] ?? '',
      arrival: Number(arrival),
      size: Number(size),
      manifest: digest,
      refused: null,
    });
  }
  for (const { digest, annotations = {} } of referrers) {
    const fate = annotations[annotation.fate];
    const record = latest.get(annotations[annotation.statement] ?? '');
    if (fate === undefined || record === undefined || Number(annotations[annotation.arrival]) !== record.arrival) continue;
    // Delivered once is delivered, whatever else was noted.
    if (fate === 'refused') latest.set(record.statementDigest, { ...record, refused: digest });
    else latest.delete(record.statementDigest);
  }
  return [...latest.values()].sort((a, b) => a.arrival - b.arrival);
}
