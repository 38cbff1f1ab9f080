// Every statement of the PostgreSQL store, parameters only.
import type { Bundle, DecisionPredicate, RolloutFacts } from '@promotable/contracts';

export interface DecisionRow {
  readonly decision: DecisionPredicate;
  readonly bundle: Bundle;
  readonly facts: RolloutFacts;
  readonly fingerprint: string;
  readonly question_digest: string;
  readonly held_since: Date | null;
}

export interface ProvenListRow {
  readonly revision: number;
  readonly fingerprint: string;
  readonly issued_at: Date;
  readonly bundle: Bundle;
}

export interface PolicyRow {
  readonly digest: string;
  readonly entrypoint: string;
  readonly layer: string;
  readonly data: Record<string, unknown>;
  readonly wasm: Buffer;
}

const columns = 'd.decision, d.bundle, d.facts, d.fingerprint, d.question_digest, d.held_since';
const subject = 'tenant = $1 AND service = $2 AND release_id = $3 AND environment = $4 AND stage = $5';

export const statements = {
  startStage: `
    WITH inserted AS (
      INSERT INTO gate.stage_starts (tenant, service, release_id, environment, stage, pod_template_hash, mode, started_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING started_at)
    SELECT started_at FROM inserted
    UNION ALL SELECT started_at FROM gate.stage_starts WHERE ${subject} AND pod_template_hash = $6 AND mode = $7 LIMIT 1`,
  readStageStart: `SELECT started_at FROM gate.stage_starts WHERE ${subject} AND pod_template_hash = $6 AND mode = $7`,
  readSubject: `
    SELECT latest.revision AS latest, ${columns}
    FROM (SELECT max(revision) AS revision FROM gate.decisions WHERE ${subject}) latest
    LEFT JOIN LATERAL (
      SELECT * FROM gate.decisions WHERE ${subject} AND question_digest = $6 ORDER BY revision DESC LIMIT 1) d ON true`,
  readStanding: 'SELECT revision, standing FROM gate.standings WHERE tenant = $1 AND service = $2 AND environment = $3',
  // A revision out of turn is refused as well: it could only come from a reader of rows that are gone.
  insertDecision: `
    INSERT INTO gate.decisions (tenant, service, release_id, environment, stage, revision, id, question_digest, fingerprint, verdict, held_since, policy_digest, decision, bundle, facts)
    SELECT $1, $2, $3, $4, $5, $6::integer, $7, $8, $9, $10, $11, $12, $13, $14, $15
    WHERE $6::integer = (SELECT coalesce(max(revision), 0) + 1 FROM gate.decisions WHERE ${subject})
    ON CONFLICT (tenant, service, release_id, environment, stage, revision) DO NOTHING`,
  writeStanding: `
    INSERT INTO gate.standings AS s (tenant, service, environment, revision, standing) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant, service, environment) DO UPDATE SET revision = excluded.revision, standing = excluded.standing
    WHERE s.revision = excluded.revision - 1`,
  decision: `SELECT ${columns} FROM gate.decisions d WHERE d.tenant = $1 AND d.id = $2`,
  decisions: `SELECT ${columns} FROM gate.decisions d WHERE d.tenant = $1 AND d.service = $2 AND d.release_id = $3 ORDER BY d.sequence DESC LIMIT $4`,
  passBefore: `
    SELECT ${columns} FROM gate.decisions here JOIN gate.decisions d
      ON d.tenant = here.tenant AND d.service = here.service AND d.environment = here.environment AND d.stage = here.stage
      AND d.verdict = 'pass' AND d.mode = 'enforced' AND d.sequence < here.sequence
    WHERE here.tenant = $1 AND here.id = $2 ORDER BY d.sequence DESC LIMIT 1`,
  activity: `
    WITH latest AS (
      SELECT DISTINCT ON (service, release_id, environment, stage) service, release_id, verdict, evaluated_at FROM gate.decisions
      WHERE tenant = $1 AND mode = 'enforced' AND ($2::text[] IS NULL OR service = ANY ($2)) AND ($3::text IS NULL OR strpos(lower(release_id), lower($3)) > 0)
        AND ($4::text[] IS NULL OR (service, release_id) IN (SELECT * FROM unnest($4, $5::text[]))) AND ($6::text IS NULL OR environment = $6)
      ORDER BY service, release_id, environment, stage, revision DESC)
    SELECT service, release_id, max(evaluated_at) AS at FROM latest GROUP BY service, release_id
    HAVING ($7::text IS NULL OR bool_or(verdict = $7))
      AND ($8::text IS NULL OR (max(evaluated_at), service COLLATE "C", release_id COLLATE "C") < ($8, $9::text, $10::text))
    ORDER BY max(evaluated_at) DESC, service COLLATE "C" DESC, release_id COLLATE "C" DESC LIMIT $11`,
  latestDecisions: `
    SELECT DISTINCT ON (service, release_id, environment, stage) decision, held_since FROM gate.decisions
    WHERE tenant = $1 AND mode = 'enforced' AND (service, release_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
    ORDER BY service, release_id, environment, stage, revision DESC`,
  provenList:
    'SELECT revision, fingerprint, issued_at, bundle FROM gate.proven_lists WHERE tenant = $1 AND service = $2 AND environment = $3',
  recordProvenList: `
    INSERT INTO gate.proven_lists AS p (tenant, service, environment, revision, fingerprint, issued_at, bundle)
    SELECT $1, $2, $3, $4::integer, $5, $6, $7
    WHERE $4::integer = 1 + coalesce((SELECT revision FROM gate.proven_lists WHERE tenant = $1 AND service = $2 AND environment = $3), 0)
    ON CONFLICT (tenant, service, environment) DO UPDATE SET
      revision = excluded.revision, fingerprint = excluded.fingerprint, issued_at = excluded.issued_at, bundle = excluded.bundle
    WHERE p.revision = excluded.revision - 1`,
  keepPolicy:
    'INSERT INTO gate.policies (digest, entrypoint, layer, data, wasm) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING',
  policy: 'SELECT digest, entrypoint, layer, data, wasm FROM gate.policies WHERE digest = $1',
  activatePolicy: `
    INSERT INTO gate.active_policy AS a (digest, revision) SELECT digest, 1 FROM gate.policies WHERE digest = $1
    ON CONFLICT (singleton) DO UPDATE SET
      revision = a.revision + (a.digest <> excluded.digest)::integer,
      activated_at = CASE WHEN a.digest = excluded.digest THEN a.activated_at ELSE now() END, digest = excluded.digest
    RETURNING digest, revision`,
  activePolicy: 'SELECT digest, revision FROM gate.active_policy',
} as const;
