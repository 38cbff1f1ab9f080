// The last decisions that rest on a key: for whoever is about to revoke it.
import type { SqlClient, Verdict } from '@promotable/contracts';

/** Whose decisions, resting on which key. */
export interface KeyDecisionsQuery {
  readonly tenant: string;
  readonly keyId: string;
  /** Statement digests of evidence that the key signed. */
  readonly statements: readonly string[];
  /** Services that the caller may name; `['*']` = all. */
  readonly services: readonly string[];
  readonly limit: number;
}

/** The last decision of a stage of a release. */
export interface KeyDecision {
  readonly id: string;
  readonly service: string;
  readonly releaseId: string;
  readonly environment: string;
  readonly stage: string;
  readonly verdict: Verdict;
  /** RFC 3339. */
  readonly evaluatedAt: string;
  readonly validUntil: string | null;
  /** The key signed the decision itself; else it signed evidence that counted. */
  readonly signed: boolean;
}

/** Of the last decision of each stage those that a key signed, or whose evidence it signed, latest first. */
export function postgresDecisionsByKey(sql: SqlClient): (query: KeyDecisionsQuery) => Promise<KeyDecision[]> {
  return async ({ tenant, keyId, statements, services, limit }) => {
    const { rows } = await sql.query<KeyDecision>(
      `WITH last AS (
         SELECT DISTINCT ON (service, release_id, environment, stage) *
         FROM gate.decisions WHERE tenant = $1 AND mode = 'enforced' AND ($4::text[] @> '{*}' OR service = ANY ($4))
         ORDER BY service, release_id, environment, stage, revision DESC
       )
       SELECT id, service, release_id AS "releaseId", environment, stage, verdict, decision ->> 'evaluatedAt' AS "evaluatedAt",
         decision ->> 'validUntil' AS "validUntil", bundle #>> '{verificationMaterial,publicKey,hint}' = $2 AS signed
       FROM last
       WHERE bundle #>> '{verificationMaterial,publicKey,hint}' = $2
         OR EXISTS (SELECT 1 FROM json_array_elements_text(decision -> 'evidence') statement WHERE statement = ANY ($3))
       ORDER BY sequence DESC LIMIT $5`,
      [tenant, keyId, [...statements], [...services], limit],
    );
    return rows;
  };
}
