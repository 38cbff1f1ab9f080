// The SQL of the evidence store, schema `evidence`; parameters only.

export const ensureRelease = `
  INSERT INTO evidence.releases (tenant, service, release_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

/**
 * Locks the release, then takes the ledger's next sequence, then writes the record with it: so the records of a release are in the order in
 * which they came by the lock. No row comes back where there is no release; no sequence where the digest or the key is taken, by whichever
 * transaction was first. Whoever keeps what was read of the release learns of a record when the transaction commits, and only then. That
 * it was refused, or held back, is of no interest once it is here.
 */
export const insertRecord = `
  WITH release AS MATERIALIZED (
    SELECT digests, rebuild_revision FROM evidence.releases WHERE tenant = $1 AND service = $2 AND release_id = $3 FOR UPDATE
  ), record AS (
    INSERT INTO evidence.records
      (tenant, service, release_id, statement_digest, idempotency_key, id, received_at, environment, checkpoint, signed, digests, key_id, trust_policy_digest, predicate, bundle, claims, traceparent, ingest_sequence)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, ledger.next_ingest_sequence() FROM release
    ON CONFLICT DO NOTHING RETURNING ingest_sequence, pg_notify($18, $19)
  ), untrusted AS (
    DELETE FROM evidence.untrusted WHERE tenant = $1 AND service = $2 AND release_id = $3 AND statement_digest = $4
  ), spooled AS (
    DELETE FROM evidence.spooled WHERE tenant = $1 AND service = $2 AND release_id = $3 AND statement_digest = $4
  )
  SELECT release.digests, release.rebuild_revision, record.ingest_sequence FROM release LEFT JOIN record ON true`;

export const setDigestSet = `
  UPDATE evidence.releases SET digests = $4, rebuild_revision = $5 WHERE tenant = $1 AND service = $2 AND release_id = $3`;

/** `bundle` holds the text of an attestation as it came: a json column keeps every byte. */
export const markAttested = `
  UPDATE evidence.records SET predicate_type = $3 WHERE tenant = $1 AND statement_digest = $2`;

const columns = `tenant, service, release_id, statement_digest, idempotency_key, id, received_at, signed, ingest_sequence, digests, key_id, trust_policy_digest, predicate, bundle, claims, traceparent, predicate_type, CASE WHEN predicate_type IS NOT NULL THEN bundle::text END AS attestation`;

export const selectTaken = `
  SELECT ${columns} FROM evidence.records WHERE tenant = $1 AND (statement_digest = $2 OR idempotency_key = $3)`;

export const selectRecord = `
  SELECT ${columns} FROM evidence.records WHERE tenant = $1 AND statement_digest = $2`;

export const selectRecords = `
  SELECT ${columns} FROM evidence.records WHERE tenant = $1 AND service = $2 AND release_id = $3 ORDER BY ingest_sequence DESC LIMIT $4`;

export const insertUntrusted = `
  INSERT INTO evidence.untrusted (tenant, service, release_id, statement_digest)
  SELECT $1, $2, $3, $4
  WHERE (SELECT count(*) FROM evidence.untrusted WHERE tenant = $1 AND service = $2 AND release_id = $3) < $5
  ON CONFLICT DO NOTHING`;

/** Of a release; what ended goes first, so that it takes no place. Nothing comes back where the statement is on record or there is no place. */
export const insertSpooled = `
  WITH ended AS (DELETE FROM evidence.spooled WHERE tenant = $1 AND service = $2 AND release_id = $3 AND expires_at <= $5 AND statement_digest <> $4)
  INSERT INTO evidence.spooled (tenant, service, release_id, statement_digest, expires_at)
  SELECT $1, $2, $3, $4, $6
  WHERE NOT EXISTS (SELECT FROM evidence.records WHERE tenant = $1 AND statement_digest = $4)
    AND (SELECT count(*) FROM evidence.spooled WHERE tenant = $1 AND service = $2 AND release_id = $3 AND expires_at > $5 AND statement_digest <> $4) < $7
  ON CONFLICT (tenant, service, release_id, statement_digest) DO UPDATE SET expires_at = excluded.expires_at
  RETURNING 1`;

/** One statement is one snapshot: a row per signed record of `build` and of the stage, or one row of nulls where there is none. */
export const selectReleaseEvidence = `
  WITH of_release AS (SELECT * FROM evidence.records WHERE tenant = $1 AND service = $2 AND release_id = $3)
  SELECT
    r.digests AS release_digests, r.rebuild_revision,
    EXISTS (SELECT FROM of_release WHERE signed AND (predicate_type IS NULL OR predicate_type = $6)) AS known,
    (SELECT count(*)::int FROM of_release WHERE NOT signed) AS unsigned,
    (SELECT count(*)::int FROM evidence.untrusted u WHERE u.tenant = $1 AND u.service = $2 AND u.release_id = $3
       AND NOT EXISTS (SELECT FROM evidence.records t WHERE t.tenant = u.tenant AND t.statement_digest = u.statement_digest)) AS untrusted,
    ARRAY(SELECT s.expires_at FROM evidence.spooled s WHERE s.tenant = $1 AND s.service = $2 AND s.release_id = $3
       AND NOT EXISTS (SELECT FROM evidence.records t WHERE t.tenant = s.tenant AND t.statement_digest = s.statement_digest)
       ORDER BY s.expires_at) AS spooled_until,
    e.statement_digest, e.received_at, e.ingest_sequence, e.digests, e.key_id, e.predicate, e.traceparent, e.predicate_type
  FROM (SELECT) AS one
  LEFT JOIN evidence.releases r ON r.tenant = $1 AND r.service = $2 AND r.release_id = $3
  LEFT JOIN of_release e ON e.signed AND (e.checkpoint = 'build' OR (e.environment = $4 AND e.checkpoint = $5))`;
