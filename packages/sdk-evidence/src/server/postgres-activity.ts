// Which releases got evidence last, in PostgreSQL.
import type { ReleaseActivity, ReleaseActivityQuery, SqlClient } from '@promotable/contracts';

const selectActivity = `
  SELECT service, release_id, max(received_at) AS at FROM evidence.records
  WHERE tenant = $1 AND ($2::text[] IS NULL OR service = ANY ($2)) AND ($3::text IS NULL OR strpos(lower(release_id), lower($3)) > 0)
    AND ($4::text[] IS NULL OR (service, release_id) IN (SELECT * FROM unnest($4, $5::text[])))
  GROUP BY service, release_id
  HAVING $6::timestamptz IS NULL OR (max(received_at), service COLLATE "C", release_id COLLATE "C") < ($6, $7::text, $8::text)
  ORDER BY max(received_at) DESC, service COLLATE "C" DESC, release_id COLLATE "C" DESC LIMIT $9`;

export async function selectReleaseActivity(
  client: SqlClient,
  { tenant, services, search, among, before, limit }: ReleaseActivityQuery,
): Promise<ReleaseActivity[]> {
  const { rows } = await client.query<{ service: string; release_id: string; at: Date }>(selectActivity, [
    tenant,
    services,
    search,
    among?.map(({ service }) => service) ?? null,
    among?.map(({ releaseId }) => releaseId) ?? null,
    before === null ? null : new Date(before.at),
    before?.service ?? null,
    before?.releaseId ?? null,
    limit,
  ]);
  return rows.map(({ service, release_id, at }) => ({ service, releaseId: release_id, at: at.getTime() }));
}
