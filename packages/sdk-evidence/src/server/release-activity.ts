// Which releases got evidence last, from records in memory; the same order as the one in SQL.
import type { ReleaseActivity, ReleaseActivityQuery } from '@promotable/contracts';
import type { EvidenceRecord } from './evidence-record.ts';

export function releaseActivity(records: readonly EvidenceRecord[], query: ReleaseActivityQuery): ReleaseActivity[] {
  const { tenant, services, search, among, before, limit } = query;
  const latest = new Map<string, ReleaseActivity>();
  for (const { service, releaseId, receivedAt, ...record } of records) {
    if (record.tenant !== tenant || (services !== null && !services.includes(service))) continue;
    if (search !== null && !releaseId.toLowerCase().includes(search.toLowerCase())) continue;
    if (among !== null && !among.some((name) => name.service === service && name.releaseId === releaseId)) continue;
    const key = JSON.stringify([service, releaseId]);
    latest.set(key, { service, releaseId, at: Math.max(receivedAt, latest.get(key)?.at ?? 0) });
  }
  return [...latest.values()]
    .filter((activity) => before === null || latestFirst(before, activity) < 0)
    .sort(latestFirst)
    .slice(0, limit);
}

/** Names are ASCII, so comparing them by code unit is comparing them by byte. */
function latestFirst(a: ReleaseActivity, b: ReleaseActivity): number {
  return b.at - a.at || compare(b.service, a.service) || compare(b.releaseId, a.releaseId);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
