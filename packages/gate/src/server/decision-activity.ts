// Which releases were decided about last, from decisions in memory; the same answers as the ones in SQL.
import type { ReleaseActivity, ReleaseName } from '@promotable/contracts';
import type { DecisionActivityQuery, LatestDecision, RecordedDecision } from './gate-store.ts';

export function decisionActivity(decisions: readonly RecordedDecision[], query: DecisionActivityQuery): ReleaseActivity[] {
  const { tenant, services, search, among, environment, verdict, before, limit } = query;
  const found = new Map<string, ReleaseActivity & { readonly fits: boolean }>();
  for (const { decision } of latestOf(decisions)) {
    const { service, releaseId, ...subject } = decision.subject;
    if (subject.tenant !== tenant || (services !== null && !services.includes(service))) continue;
    if (search !== null && !releaseId.toLowerCase().includes(search.toLowerCase())) continue;
    if (among !== null && !isAmong(among, { service, releaseId })) continue;
    if (environment !== null && subject.environment !== environment) continue;
    const key = JSON.stringify([service, releaseId]);
    const known = found.get(key);
    const at = Math.max(Date.parse(decision.evaluatedAt), known?.at ?? 0);
    found.set(key, { service, releaseId, at, fits: known?.fits === true || verdict === null || decision.verdict === verdict });
  }
  return [...found.values()]
    .filter(({ fits }) => fits)
    .map(({ service, releaseId, at }) => ({ service, releaseId, at }))
    .filter((activity) => before === null || latestFirst(before, activity) < 0)
    .sort(latestFirst)
    .slice(0, limit);
}

export function latestDecisions(
  decisions: readonly RecordedDecision[],
  tenant: string,
  releases: readonly ReleaseName[],
): LatestDecision[] {
  return latestOf(decisions)
    .filter(({ decision: { subject } }) => subject.tenant === tenant && isAmong(releases, subject))
    .map(({ decision, heldSince }) => ({ decision, heldSince }))
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
}

/** One per stage of an environment of a release; a decision in shadow is not the last one of anything. Decisions come in the order in which they were recorded. */
function latestOf(decisions: readonly RecordedDecision[]): RecordedDecision[] {
  const enforced = decisions.filter(({ decision }) => decision.mode === 'enforced');
  const bySubject = enforced.map((recorded): [string, RecordedDecision] => {
    const { tenant, service, releaseId, environment, stage } = recorded.decision.subject;
    return [JSON.stringify([tenant, service, releaseId, environment, stage]), recorded];
  });
  return [...new Map(bySubject).values()];
}

function isAmong(names: readonly ReleaseName[], { service, releaseId }: ReleaseName): boolean {
  return names.some((name) => name.service === service && name.releaseId === releaseId);
}

function placeOf({ decision: { subject } }: LatestDecision): string {
  return [subject.service, subject.releaseId, subject.environment, subject.stage].join('\n');
}

/** Names are ASCII, so comparing them by code unit is comparing them by byte. */
function latestFirst(a: ReleaseActivity, b: ReleaseActivity): number {
  return b.at - a.at || compare(b.service, a.service) || compare(b.releaseId, a.releaseId);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
