// Every statement of retention, over the tables of evidence, decisions and exceptions. Nothing here looks at a clock.

export interface StandingRow {
  readonly service: string;
  readonly release_id: string;
  /** Of the latest evidence or decision; null where there is neither. */
  readonly last_at: Date | null;
  /** Current, proven, suspect or on its way in some environment. */
  readonly deployed: boolean;
  readonly held: boolean;
}

const standing = `
  greatest(
    (SELECT max(received_at) FROM evidence.records r WHERE r.tenant = $1 AND r.service = one.service AND r.release_id = one.release_id),
    (SELECT max(d.evaluated_at)::timestamptz FROM gate.decisions d WHERE d.tenant = $1 AND d.service = one.service AND d.release_id = one.release_id)) AS last_at,
  EXISTS (
    SELECT FROM gate.standings s, LATERAL (
      SELECT s.standing -> 'current' ->> 'releaseId' AS id
      UNION ALL SELECT known ->> 'releaseId' FROM json_array_elements(s.standing -> 'known') known
      UNION ALL SELECT way ->> 'releaseId' FROM json_array_elements(s.standing -> 'onTheWay') way) named
    WHERE s.tenant = $1 AND s.service = one.service AND named.id = one.release_id) AS deployed,
  EXISTS (
    SELECT FROM retention.holds h
    WHERE h.tenant = $1 AND h.service = one.service AND h.lifted_at IS NULL AND coalesce(h.release_id, one.release_id) = one.release_id) AS held`;
const ofRelease = 'tenant = $1 AND service = $2 AND release_id = $3';

export const statements = {
  /** One at a time removes or holds within a tenant, so that a hold that was acknowledged is never overtaken. */
  lock: "SELECT pg_advisory_xact_lock(hashtextextended('promotable.retention/' || $1, 0))",
  page: `
    SELECT one.service, one.release_id, ${standing}
    FROM (
      (SELECT service, release_id FROM evidence.releases WHERE tenant = $1 AND (service, release_id) > ($2, $3) ORDER BY service, release_id LIMIT $4)
      UNION
      (SELECT DISTINCT service, release_id FROM gate.decisions WHERE tenant = $1 AND (service, release_id) > ($2, $3) ORDER BY service, release_id LIMIT $4)
    ) one ORDER BY one.service, one.release_id LIMIT $4`,
  lockRelease: `SELECT FROM evidence.releases WHERE ${ofRelease} FOR UPDATE`,
  release: `SELECT one.service, one.release_id, ${standing} FROM (SELECT $2::text AS service, $3::text AS release_id) one`,
  /** What some decision about the release counted, or tells of in its facts, stays as long as that decision. */
  removeUncounted: `
    DELETE FROM evidence.records r WHERE ${ofRelease} AND NOT EXISTS (
      SELECT FROM gate.decisions d WHERE d.tenant = $1 AND d.service = $2 AND d.release_id = $3
        AND (strpos(d.decision::text, r.statement_digest) > 0 OR strpos(d.facts::text, r.statement_digest) > 0))
    RETURNING statement_digest`,
  removeRecords: `DELETE FROM evidence.records WHERE ${ofRelease} RETURNING statement_digest`,
  removeNotices: `WITH gone AS (DELETE FROM evidence.spooled WHERE ${ofRelease}) DELETE FROM evidence.untrusted WHERE ${ofRelease}`,
  removeDecisions: `DELETE FROM gate.decisions WHERE ${ofRelease} RETURNING id`,
  removeStarts: `DELETE FROM gate.stage_starts WHERE ${ofRelease}`,
  removeRelease: `DELETE FROM evidence.releases WHERE ${ofRelease}`,
  /** A duty to countersign never ends; a hold of the service, or of a release with one of these artifacts, keeps them. */
  removeExceptions: `
    DELETE FROM governance.exceptions e WHERE (tenant, id) IN (
      SELECT tenant, id FROM governance.exceptions old
      WHERE tenant = $1 AND ends_at < $2 AND NOT awaits_countersign AND NOT EXISTS (
        SELECT FROM retention.holds h LEFT JOIN evidence.releases r
          ON r.tenant = h.tenant AND r.service = h.service AND r.release_id = h.release_id
        WHERE h.tenant = $1 AND h.service = old.service AND h.lifted_at IS NULL AND (h.release_id IS NULL OR r.digests && old.digests))
      ORDER BY ends_at LIMIT $3)
    RETURNING id`,
  remember: 'INSERT INTO retention.removals (tenant, subject, body, removed_by, removed_at) VALUES ($1, $2, $3, $4, $5)',
  placeHold: `
    INSERT INTO retention.holds (tenant, service, release_id, ticket, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING id, service, release_id, ticket, placed_by, placed_at, lifted_by, lifted_at`,
  liftHold: `
    UPDATE retention.holds SET lifted_by = $3, lifted_at = $4 WHERE tenant = $1 AND id = $2 AND lifted_at IS NULL
    RETURNING id, service, release_id, ticket, placed_by, placed_at, lifted_by, lifted_at`,
  holds: `
    SELECT id, service, release_id, ticket, placed_by, placed_at, lifted_by, lifted_at FROM retention.holds
    WHERE tenant = $1 ORDER BY lifted_at IS NOT NULL, placed_at DESC, id LIMIT 500`,
} as const;
