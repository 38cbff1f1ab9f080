// The SQL of the evidence store, schema `evidence`; parameters only.

export const ensureRelease = `
  INSERT INTO evidence.releases (tenant, service, release_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

export const lockRelease = `
  SELECT digests, rebuild_revision FROM evidence.releases WHERE tenant = $1 AND service = $2 AND release_id = $3 FOR UPDATE`;

/** Nothing comes back where the digest or the key is taken, by whichever transaction was first. */
export const insertRecord = `
  INSERT INTO evidence.records
    (tenant, service, release_id, statement_digest, idempotency_key, id, received_at, environment, checkpoint, signed, digests, key_id, trust_policy_digest, predicate, bundle, claims, traceparent)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  ON CONFLICT DO NOTHING RETURNING id`;

/**
 * The last statement of an insertion: whoever keeps what was read of the release learns of it when the transaction commits, and only then. That
 * it was refused, or held back, is of no interest once it is here.
 */
export const setIngestSequence = `
  WITH placed AS (UPDATE evidence.records SET ingest_sequence = $5 WHERE tenant = $1 AND statement_digest = $4 RETURNING 1),
    untrusted AS (DELETE FROM evidence.untrusted WHERE tenant = $1 AND statement_digest = $4),
    spooled AS (DELETE FROM evidence.spooled WHERE tenant = $1 AND service = $2 AND release_id = $3 AND statement_digest = $4)
  SELECT pg_notify($6, $7) FROM placed`;

export const setDigestSet = `
  UPDATE evidence.releases SET digests = $4, rebuild_revision = $5 WHERE tenant = $1 AND service = $2 AND release_id = $3`;

const columns = `tenant, service, release_id, statement_digest, idempotency_key, id, received_at, signed, ingest_sequence, digests, key_id, trust_policy_digest, predicate, bundle, claims, traceparent`;

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
    EXISTS (SELECT FROM of_release WHERE signed) AS known,
    (SELECT count(*)::int FROM of_release WHERE NOT signed) AS unsigned,
    (SELECT count(*)::int FROM evidence.untrusted u WHERE u.tenant = $1 AND u.service = $2 AND u.release_id = $3
       AND NOT EXISTS (SELECT FROM evidence.records t WHERE t.tenant = u.tenant AND t.statement_digest = u.statement_digest)) AS untrusted,
    ARRAY(SELECT s.expires_at FROM evidence.spooled s WHERE s.tenant = $1 AND s.service = $2 AND s.release_id = $3
       AND NOT EXISTS (SELECT FROM evidence.records t WHERE t.tenant = s.tenant AND t.statement_digest = s.statement_digest)
       ORDER BY s.expires_at) AS spooled_until,
    e.statement_digest, e.received_at, e.ingest_sequence, e.digests, e.key_id, e.predicate, e.traceparent
  FROM (SELECT) AS one
  LEFT JOIN evidence.releases r ON r.tenant = $1 AND r.service = $2 AND r.release_id = $3
  LEFT JOIN of_release e ON e.signed AND (e.checkpoint = 'build' OR (e.environment = $4 AND e.checkpoint = $5))`;
