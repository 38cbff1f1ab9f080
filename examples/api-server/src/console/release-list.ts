// The list of releases: two stores that know nothing of each other, read as one, latest activity first.
import type { Principal, ReleaseActivity, ReleaseActivityQuery, ReleaseName, Verdict } from '@promotable/contracts';
import type { ReleasePage, ReleaseSummary, StageVerdict } from '@promotable/contracts/graphql';
import type { GateStore, LatestDecision } from '@promotable/gate/server';
import type { EvidenceStore } from '@promotable/sdk-evidence/server';
import { mergedPage } from './merged-page.ts';

export interface ListStores {
  readonly evidence: Pick<EvidenceStore, 'activity'>;
  readonly gate: Pick<GateStore, 'activity' | 'latestDecisions'>;
}

export interface ListQuery {
  readonly service: string | null;
  readonly environment: string | null;
  readonly verdict: Verdict | null;
  readonly search: string | null;
  readonly first: number;
  readonly after: ReleaseActivity | null;
}

/** What a caller sees; releases of services that it may not name are as if there were none. */
export async function releasePage(stores: ListStores, { tenant, services }: Principal, query: ListQuery): Promise<ReleasePage> {
  const { evidence, gate } = stores;
  const { service, environment, verdict, search, first, after } = query;
  const visible = services.includes('*') ? null : [...services];
  const named = service === null ? visible : visible === null || visible.includes(service) ? [service] : [];
  const base: ReleaseActivityQuery = { tenant, services: named, search, among: null, before: after, limit: first + 1 };
  // Who asks for a verdict or an environment asks about decisions; evidence alone has neither.
  const isAboutDecisions = environment !== null || verdict !== null;
  const listed = isAboutDecisions
    ? await gate.activity({ ...base, environment, verdict })
    : await mergedPage(
        [
          (changes) => evidence.activity({ ...base, ...changes }),
          (changes) => gate.activity({ ...base, environment: null, verdict: null, ...changes }),
        ],
        base,
      );
  const page = listed.slice(0, first);
  const last = page.at(-1);
  return {
    releases: await summaries(gate, tenant, page),
    next: listed.length > first && last !== undefined ? cursorOf(last) : null,
  };
}

async function summaries(gate: ListStores['gate'], tenant: string, page: readonly ReleaseActivity[]): Promise<ReleaseSummary[]> {
  const latest = page.length === 0 ? [] : await gate.latestDecisions(tenant, page);
  const byRelease = Map.groupBy(latest, ({ decision }) => nameOf(decision.subject));
  return page.map(({ at, ...name }) => ({
    ...name,
    lastActivityAt: new Date(at).toISOString(),
    stages: (byRelease.get(nameOf(name)) ?? []).map(stageVerdict),
  }));
}

function stageVerdict({ decision, heldSince }: LatestDecision): StageVerdict {
  const { subject, verdict, id, evaluatedAt, reasons } = decision;
  return {
    environment: subject.environment,
    stage: subject.stage ?? '',
    verdict,
    decisionId: id,
    decidedAt: evaluatedAt,
    reasons: reasons.map(({ code }) => code),
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
  };
}

function nameOf({ service, releaseId }: ReleaseName): string {
  return JSON.stringify([service, releaseId]);
}

export function cursorOf({ at, service, releaseId }: ReleaseActivity): string {
  return Buffer.from(JSON.stringify([at, service, releaseId])).toString('base64url');
}

/** Null where the text is no cursor of ours. */
export function activityAt(cursor: string): ReleaseActivity | null {
  try {
    const [at, service, releaseId] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    return typeof at === 'number' &&
      Number.isSafeInteger(at) &&
      Math.abs(at) <= 8.64e15 &&
      typeof service === 'string' &&
      typeof releaseId === 'string'
      ? { at, service, releaseId }
      : null;
  } catch {
    return null;
  }
}
