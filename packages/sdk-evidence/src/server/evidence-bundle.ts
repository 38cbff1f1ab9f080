// How a record looks from outside: the GraphQL type `EvidenceBundle`.
import { buildItems, type EvidencePredicate, type SloMeasure } from '@promotable/contracts';
import type { EvidenceBundle, EvidenceReceipt, SloSnapshot } from '@promotable/contracts/graphql';
import { durationText } from './duration.ts';
import type { EvidenceRecord } from './evidence-record.ts';

/** What a predicate says in the terms of `EvidenceInput`: what may be repeated beside a bundle must equal this. */
export type StatedContent = Pick<EvidenceBundle, 'artifacts' | 'slo' | 'cost' | 'environment' | 'checkpoint'>;

/** A record as GraphQL answers it. */
export function evidenceBundleOf(record: EvidenceRecord, ledgerPosition: number | null = null): EvidenceBundle {
  const { id, releaseId, service } = record;
  const receipt = receiptOf(record, ledgerPosition);
  const content = record.signed ? statedBy(record.predicate) : record.claims;
  const { artifacts, slo, cost, environment, checkpoint } = content;
  const proof = record.signed ? { signed: true, keyId: record.keyId, bundle: record.bundle } : { signed: false, keyId: null, bundle: null };
  return { id, releaseId, service, artifacts, slo, cost, createdAt: receipt.receivedAt, environment, checkpoint, ...proof, receipt };
}

export function receiptOf(record: EvidenceRecord, ledgerPosition: number | null = null): EvidenceReceipt {
  const { statementDigest, idempotencyKey, receivedAt, ingestSequence } = record;
  return {
    statementDigest,
    idempotencyKey,
    receivedAt: new Date(receivedAt).toISOString(),
    ledgerSequence: String(ingestSequence),
    ledgerPosition,
  };
}

export function statedBy(predicate: EvidencePredicate): StatedContent {
  const { checkpoint } = predicate;
  if (!('environment' in predicate))
    return { artifacts: documentsOf(predicate.values), slo: null, cost: null, environment: null, checkpoint };
  const { slo, cost } = predicate.values;
  return {
    artifacts: [],
    slo: slo === undefined ? null : sloSnapshotOf(predicate.service, slo.canary, windowMsOf(predicate)),
    cost:
      cost === undefined
        ? null
        : {
            graphqlPerMillionUsd: numberOrNull(cost.graphqlPerMillionUsd),
            ingestPerThousandUsd: numberOrNull(cost.ingestPerThousandUsd),
            estimated: cost.estimated,
          },
    environment: predicate.environment,
    checkpoint,
  };
}

function sloSnapshotOf(service: string, { p95Ms, p99Ms, errorRate }: SloMeasure, windowMs: number): SloSnapshot {
  return {
    service,
    p95Ms: wholeMs(p95Ms),
    p99Ms: typeof p99Ms === 'number' ? wholeMs(p99Ms) : null,
    errorRate,
    window: durationText(windowMs),
  };
}

export function windowMsOf({ observed }: EvidencePredicate): number {
  return Date.parse(observed.until) - Date.parse(observed.from);
}

/** Up, never down, and within GraphQL's Int. */
function wholeMs(ms: number): number {
  return Math.min(Math.ceil(ms), 2 ** 31 - 1);
}

function numberOrNull(value: number | { absent: string }): number | null {
  return typeof value === 'number' ? value : null;
}

/** The documents of every item, by the item's name. */
function documentsOf(values: Extract<EvidencePredicate, { checkpoint: 'build' }>['values']): StatedContent['artifacts'] {
  return buildItems.flatMap((type) => {
    const value = values[type];
    if (value === undefined || 'absent' in value) return [];
    const digests = 'documentDigest' in value ? [value.documentDigest] : value.documentDigests;
    return digests.map((sha256) => ({ type, sha256 }));
  });
}
