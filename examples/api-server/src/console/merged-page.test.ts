import type { ReleaseActivity } from '@promotable/contracts';
import { expect, it } from 'vitest';
import { type ActivityList, latestFirst, mergedPage } from './merged-page.ts';

/** A store with these activities, one per release. */
function listOf(activities: readonly ReleaseActivity[]): ActivityList {
  return async ({ among = null, before = null, limit = 1000 }) =>
    activities
      .filter((activity) => before === null || latestFirst(before, activity) < 0)
      .filter(({ releaseId }) => among === null || among.some((name) => name.releaseId === releaseId))
      .sort(latestFirst)
      .slice(0, limit);
}

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

it('is, page after page, the one list of all releases by their later activity, each once', async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const below = numbers(seed);
    const releases = Array.from({ length: below(30) }, (_, index) => ({ service: 'checkout', releaseId: `r${index}` }));
    // Few moments, so that many activities fall together.
    const active = (share: number) => releases.flatMap((name) => (below(10) < share ? [{ ...name, at: below(12) }] : []));
    const [evidence, decisions] = [active(9), active(5)];
    const expected = releases
      .flatMap((name) => {
        const times = [...evidence, ...decisions].filter(({ releaseId }) => releaseId === name.releaseId).map(({ at }) => at);
        return times.length === 0 ? [] : [{ ...name, at: Math.max(...times) }];
      })
      .sort(latestFirst);
    const size = 1 + below(6);
    const read: ReleaseActivity[] = [];
    for (;;) {
      const page = await mergedPage([listOf(evidence), listOf(decisions)], { before: read.at(-1) ?? null, limit: size });
      read.push(...page);
      if (page.length < size) break;
    }
    expect(read, `seed ${seed}`).toEqual(expected);
  }
});
