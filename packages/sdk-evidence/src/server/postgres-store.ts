// Evidence in PostgreSQL, schema `evidence`. The statements are in postgres-statements.ts.
import { type Bundle, type EvidencePredicate, predicateTypes, type SqlClient, type Transaction } from '@promotable/contracts';
import { isForeign } from '../foreign/attestation-id.ts';
import { type DigestSet, nextDigestSet } from './digest-set.ts';
import type { UnsignedClaims } from './evidence-input.ts';
import type { EvidenceRecord, NewEvidenceRecord, ReleaseKey } from './evidence-record.ts';
import { evidenceChanges, evidenceTag } from './evidence-changes.ts';
import { type EvidenceStore, maxSpooled, maxUntrusted } from './evidence-store.ts';
import { idempotencyConflict } from './idempotency-conflict.ts';
import { selectReleaseActivity } from './postgres-activity.ts';
import * as statements from './postgres-statements.ts';
import { releaseEvidenceOf } from './release-evidence.ts';
import type { RankedRecord } from './standing.ts';
import { onStore } from './store-unavailable.ts';

interface RecordRow {
  tenant: string;
  service: string;
  release_id: string;
  statement_digest: string;
  idempotency_key: string;
  id: string;
  received_at: Date;
  signed: boolean;
  ingest_sequence: string;
  digests: string[];
  key_id: string;
  trust_policy_digest: string;
  predicate: EvidencePredicate;
  bundle: Bundle;
  claims: UnsignedClaims;
  traceparent: string | null;
  /** Of an attestation; null for evidence in our own bundle. */
  predicate_type: string | null;
  attestation: string | null;
}

interface SnapshotRow
  extends Pick<RecordRow, 'received_at' | 'ingest_sequence' | 'digests' | 'key_id' | 'predicate' | 'traceparent' | 'predicate_type'> {
  release_digests: string[] | null;
  rebuild_revision: number | null;
  known: boolean;
  unsigned: number;
  untrusted: number;
  spooled_until: Date[];
  /** Null in the one row of a release without records here. */
  statement_digest: string | null;
}

/** Needs a database with {@link evidenceMigrations} applied. Reads by `client`, writes through the transaction it is given. */
export function postgresEvidenceStore(client: SqlClient): EvidenceStore {
  return {
    async insert(record, { tx, mayRebuild, appendEntry }) {
      const sql = sqlOf(tx);
      const written = await writtenUnderLock(sql, record);
      if (written.ingest_sequence === null) return { isNew: false, record: await firstRecord(sql, record) };
      const ingestSequence = Number(written.ingest_sequence);
      if (record.signed && record.attestation !== null)
        await sql.query(statements.markAttested, [record.tenant, record.statementDigest, record.attestation.predicateType]);
      const before: DigestSet = { digests: written.digests, rebuildRevision: written.rebuild_revision };
      const after = nextDigestSet(before, record, mayRebuild);
      if (after !== before) await sql.query(statements.setDigestSet, [...keyOf(record), after.digests, after.rebuildRevision]);
      const rebuilt = after.rebuildRevision > before.rebuildRevision;
      if ((await appendEntry(record, { rebuilt, ingestSequence })) !== ingestSequence)
        throw new TypeError('the entry of a record has the sequence that the record was written with');
      return { isNew: true, record: { ...record, ingestSequence } };
    },

    rememberUntrusted: (release, statementDigest) =>
      onStore(async () => {
        const { rows } = await client.query<RecordRow>(statements.selectRecord, [release.tenant, statementDigest]);
        if (rows[0] !== undefined) return recordOf(rows[0]);
        await client.query(statements.insertUntrusted, [...keyOf(release), statementDigest, maxUntrusted]);
        return null;
      }),

    rememberSpooled: (release, statementDigest, { at, until }) =>
      onStore(async () => {
        const values = [...keyOf(release), statementDigest, new Date(at), new Date(until), maxSpooled];
        return (await client.query(statements.insertSpooled, values)).rows.length > 0;
      }),

    releaseEvidence: ({ environment, stage, ...release }) =>
      onStore(async () => {
        const { rows } = await client.query<SnapshotRow>(statements.selectReleaseEvidence, [
          ...keyOf(release),
          environment,
          stage,
          predicateTypes.evidence,
        ]);
        const [first] = rows;
        if (first === undefined) throw new TypeError('the snapshot always has a row');
        const records = rows.flatMap((row) => (row.statement_digest === null ? [] : [rankedRecordOf(row, row.statement_digest)]));
        return releaseEvidenceOf({
          release,
          digests: first.release_digests ?? [],
          rebuildRevision: first.rebuild_revision ?? 0,
          known: first.known,
          untrusted: first.untrusted,
          unsigned: first.unsigned,
          spooledUntil: first.spooled_until.map((until) => until.getTime()),
          build: records.filter(({ predicate }) => predicate.checkpoint === 'build'),
          stage: records.filter(({ predicate }) => predicate.checkpoint !== 'build'),
        });
      }),

    records: (release, limit) =>
      onStore(async () => {
        const { rows } = await client.query<RecordRow>(statements.selectRecords, [...keyOf(release), limit]);
        return rows.map(recordOf);
      }),

    activity: (query) => onStore(() => selectReleaseActivity(client, query)),
  };
}

interface WrittenRow {
  digests: string[];
  rebuild_revision: number;
  /** Null where the record was not written. */
  ingest_sequence: string | null;
}

/** Whoever holds the row of the release decides alone about it, until the transaction ends. */
async function writtenUnderLock(sql: SqlClient, record: NewEvidenceRecord): Promise<WrittenRow> {
  const write = () => sql.query<WrittenRow>(statements.insertRecord, [...valuesOf(record), evidenceChanges, evidenceTag(record)]);
  let { rows } = await write();
  if (rows.length === 0) {
    await sql.query(statements.ensureRelease, keyOf(record));
    ({ rows } = await write());
  }
  if (rows[0] === undefined) throw new TypeError('the release row was taken away');
  return rows[0];
}

/** The record that holds the digest; a key that belongs to another statement speaks first. */
async function firstRecord(sql: SqlClient, { tenant, statementDigest, idempotencyKey }: NewEvidenceRecord): Promise<EvidenceRecord> {
  const { rows } = await sql.query<RecordRow>(statements.selectTaken, [tenant, statementDigest, idempotencyKey]);
  const record = rows.find((row) => row.statement_digest === statementDigest);
  if (record === undefined || rows.some((row) => row.idempotency_key === idempotencyKey && row !== record))
    throw idempotencyConflict(idempotencyKey);
  return recordOf(record);
}

function valuesOf(record: NewEvidenceRecord): unknown[] {
  const identity = [...keyOf(record), record.statementDigest, record.idempotencyKey, record.id, new Date(record.receivedAt)];
  if (!record.signed) {
    const { environment, checkpoint } = record.claims;
    return [...identity, environment, checkpoint, false, [], null, null, null, null, JSON.stringify(record.claims), record.traceparent];
  }
  const { predicate, bundle, digests, keyId, trustPolicyDigest, attestation } = record;
  const environment = 'environment' in predicate ? predicate.environment : null;
  return [
    ...identity,
    environment,
    predicate.checkpoint,
    true,
    digests,
    keyId,
    trustPolicyDigest,
    JSON.stringify(predicate),
    attestation?.text ?? JSON.stringify(bundle),
    null,
    record.traceparent,
  ];
}

function recordOf(row: RecordRow): EvidenceRecord {
  const identity = {
    ...{ tenant: row.tenant, service: row.service, releaseId: row.release_id, id: row.id, statementDigest: row.statement_digest },
    ...{ idempotencyKey: row.idempotency_key, receivedAt: row.received_at.getTime(), ingestSequence: Number(row.ingest_sequence) },
    traceparent: row.traceparent,
  };
  if (!row.signed) return { ...identity, signed: false, claims: row.claims };
  return {
    ...identity,
    signed: true,
    bundle: row.bundle,
    predicate: row.predicate,
    digests: row.digests,
    keyId: row.key_id,
    trustPolicyDigest: row.trust_policy_digest,
    attestation: row.predicate_type === null ? null : { predicateType: row.predicate_type, text: row.attestation ?? '' },
  };
}

function rankedRecordOf({ digests, predicate, ...row }: SnapshotRow, statementDigest: string): RankedRecord {
  return {
    foreign: row.predicate_type !== null && isForeign(row.predicate_type),
    statementDigest,
    digests,
    predicate,
    keyId: row.key_id,
    receivedAt: row.received_at.getTime(),
    ingestSequence: Number(row.ingest_sequence),
    traceparent: row.traceparent,
  };
}

function keyOf({ tenant, service, releaseId }: ReleaseKey): [string, string, string] {
  return [tenant, service, releaseId];
}

function sqlOf(tx: Transaction): SqlClient {
  if (tx.sql === null) throw new TypeError('the PostgreSQL store needs a PostgreSQL transaction');
  return tx.sql;
}
