// Two lists of releases, each by its own last activity, read as one list by the later of both.
import type { ReleaseActivity, ReleaseActivityQuery, ReleaseName } from '@promotable/contracts';

/** One list, with changes to its query. */
export type ActivityList = (
  changes: Partial<Pick<ReleaseActivityQuery, 'among' | 'before' | 'limit'>>,
) => Promise<readonly ReleaseActivity[]>;

/** Rounds before a page is given as far as it is: only what was listed on pages before makes a round come out short. */
const maxRounds = 20;

/** At most `limit` releases after `before`. */
export async function mergedPage(
  lists: readonly [ActivityList, ActivityList],
  { before, limit }: Pick<ReleaseActivityQuery, 'before' | 'limit'>,
): Promise<ReleaseActivity[]> {
  const page: ReleaseActivity[] = [];
  let from = before;
  for (let round = 0; round < maxRounds && page.length < limit; round++) {
    const [a, b] = await Promise.all(lists.map((list) => list({ before: from, limit })));
    if (a === undefined || b === undefined) break;
    // What is later than this was certainly seen: it stands in one list or the other by its later activity.
    const frontiers = [a, b].flatMap((part) => (part.length < limit ? [] : (part.at(-1) ?? [])));
    const frontier = frontiers.sort(latestFirst)[0] ?? null;
    const candidates = await withLaterActivity(lists, [...a, ...b]);
    const fresh = candidates
      .filter((activity) => from === null || latestFirst(from, activity) < 0)
      .filter((activity) => frontier === null || latestFirst(activity, frontier) <= 0);
    page.push(...fresh.sort(latestFirst));
    if (frontier === null) break;
    from = frontier;
  }
  return page.slice(0, limit);
}

/** Each release once, with the later of its two activities. */
async function withLaterActivity(
  lists: readonly [ActivityList, ActivityList],
  seen: readonly ReleaseActivity[],
): Promise<ReleaseActivity[]> {
  const among: ReleaseName[] = [
    ...new Map(seen.map(({ service, releaseId }) => [nameOf({ service, releaseId }), { service, releaseId }])).values(),
  ];
  if (among.length === 0) return [];
  const both = await Promise.all(lists.map((list) => list({ among, before: null, limit: among.length })));
  const latest = new Map<string, ReleaseActivity>();
  for (const activity of both.flat()) {
    const known = latest.get(nameOf(activity));
    if (known === undefined || known.at < activity.at) latest.set(nameOf(activity), activity);
  }
  return [...latest.values()];
}

/** Names are ASCII, so comparing them by code unit is what the stores do. */
export function latestFirst(a: ReleaseActivity, b: ReleaseActivity): number {
  return b.at - a.at || compare(b.service, a.service) || compare(b.releaseId, a.releaseId);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function nameOf({ service, releaseId }: ReleaseName): string {
  return JSON.stringify([service, releaseId]);
}
