// What every adapter must answer when asked which releases got evidence last.
import assert from 'node:assert/strict';
import type { ReleaseActivityQuery } from '@promotable/contracts';
import { type Desk, release } from './conformance-desk.ts';
import * as sample from './sample-evidence.ts';

const everything: ReleaseActivityQuery = { tenant: release.tenant, services: null, search: null, among: null, before: null, limit: 10 };

export function activityConformance(test: (title: string, run: (desk: Desk) => Promise<void>) => unknown): void {
  test('releases are listed once each, the latest arrival first, page by page', async ({ publish, store, clock }) => {
    for (const releaseId of ['1.0.0', '2.0.0', '1.1.0'])
      await publish(await sample.sign(sample.buildPredicate({ releaseId })), { releaseId });
    clock.at += 1000;
    await publish(await sample.sign(sample.buildPredicate({ releaseId: '1.0.0', run: { provider: 'ci', id: 'again', attempt: 1 } })), {
      releaseId: '1.0.0',
    });
    const all = await store.activity(everything);
    assert.deepEqual(all, [
      { service: sample.service, releaseId: '1.0.0', at: clock.at },
      { service: sample.service, releaseId: '2.0.0', at: clock.at - 1000 },
      { service: sample.service, releaseId: '1.1.0', at: clock.at - 1000 },
    ]);
    const first = await store.activity({ ...everything, limit: 2 });
    assert.deepEqual(first, all.slice(0, 2));
    assert.deepEqual(await store.activity({ ...everything, before: first[1] ?? null }), all.slice(2));
    assert.deepEqual(await store.activity({ ...everything, before: all[2] ?? null }), []);
  });

  test('releases are found by service, by a part of their id and by name, of their tenant alone', async ({ publish, store }) => {
    for (const releaseId of ['1.0.0-RC1', '2.0.0']) await publish(await sample.sign(sample.buildPredicate({ releaseId })), { releaseId });
    const ids = async (query: Partial<ReleaseActivityQuery>) =>
      (await store.activity({ ...everything, ...query })).map(({ releaseId }) => releaseId).sort();
    assert.deepEqual(await ids({ search: 'rc' }), ['1.0.0-RC1']);
    assert.deepEqual(await ids({ search: '%' }), []);
    assert.deepEqual(await ids({ services: [sample.service] }), ['1.0.0-RC1', '2.0.0']);
    assert.deepEqual(await ids({ services: ['another'] }), []);
    assert.deepEqual(await ids({ services: [] }), []);
    assert.deepEqual(await ids({ among: [{ service: sample.service, releaseId: '2.0.0' }] }), ['2.0.0']);
    assert.deepEqual(await ids({ among: [] }), []);
    assert.deepEqual(await ids({ tenant: 'another' }), []);
  });

  test('records are listed latest arrival first, and no more than asked for', async ({ publish, store }) => {
    const ids: string[] = [];
    for (const attempt of [1, 2, 3])
      ids.push((await publish(await sample.sign(sample.stagePredicate({ run: { provider: 'canary', id: 'w', attempt } })))).id);
    assert.deepEqual(
      (await store.records(release, 2)).map(({ id }) => id),
      ids.reverse().slice(0, 2),
    );
  });
}
