// What every adapter must remember of statements that publishers hold back in their spools.
import assert from 'node:assert/strict';
import { type Desk, release } from './conformance-desk.ts';
import { maxSpooled } from './evidence-store.ts';
import * as sample from './sample-evidence.ts';

const digest = (index: number) => index.toString(16).padStart(64, '0');

export function noticeConformance(test: (title: string, run: (desk: Desk) => Promise<void>) => unknown): void {
  test('a statement that is held back is noted until it arrives, for its release alone', async ({ publish, store, standing, clock }) => {
    const bundle = await sample.sign(sample.buildPredicate());
    const other = await sample.sign(sample.stagePredicate());
    const { id: late } = await publish(other, { releaseId: sample.releaseId });
    const notice = { at: clock.at, until: clock.at + 1000 };
    assert.equal(await store.rememberSpooled(release, digest(1), notice), true);
    assert.equal(await store.rememberSpooled(release, late, notice), false);
    assert.deepEqual((await standing()).spooledUntil, [notice.until]);
    assert.deepEqual((await standing({ tenant: 'globex' })).spooledUntil, []);
    assert.deepEqual((await standing({ releaseId: 'another' })).spooledUntil, []);
    const { id } = await publish(bundle);
    assert.equal(await store.rememberSpooled(release, id, notice), false);
    assert.deepEqual((await standing()).spooledUntil, [notice.until]);
  });

  test('its arrival ends the notice of a statement', async ({ publish, store, standing, clock }) => {
    const bundle = await sample.sign(sample.buildPredicate());
    const { id } = await publish(bundle, {}, { tenant: 'globex' });
    await store.rememberSpooled(release, id, { at: clock.at, until: clock.at + 1000 });
    assert.equal((await standing()).spooledUntil.length, 1);
    await publish(bundle);
    assert.deepEqual((await standing()).spooledUntil, []);
  });

  test('noted again, a statement is noted once, until the later end; what has ended goes', async ({ store, standing, clock }) => {
    const at = clock.at;
    await store.rememberSpooled(release, digest(1), { at, until: at + 1000 });
    await store.rememberSpooled(release, digest(1), { at, until: at + 3000 });
    await store.rememberSpooled(release, digest(2), { at, until: at + 2000 });
    assert.deepEqual((await standing()).spooledUntil, [at + 2000, at + 3000]);
    await store.rememberSpooled(release, digest(3), { at: at + 2000, until: at + 9000 });
    assert.deepEqual((await standing()).spooledUntil, [at + 3000, at + 9000]);
    await store.rememberSpooled(release, digest(1), { at: at + 3000, until: at + 10_000 });
    assert.deepEqual((await standing()).spooledUntil, [at + 9000, at + 10_000]);
  });

  test(`at most ${maxSpooled} notices of a release are remembered; an ended one takes no place`, async ({ store, standing, clock }) => {
    const at = clock.at;
    for (let index = 0; index < maxSpooled; index++) await store.rememberSpooled(release, digest(index), { at, until: at + 1000 });
    assert.equal(await store.rememberSpooled(release, digest(maxSpooled), { at, until: at + 1000 }), false);
    assert.equal(await store.rememberSpooled(release, digest(0), { at, until: at + 1000 }), true);
    assert.equal((await standing()).spooledUntil.length, maxSpooled);
    assert.equal(await store.rememberSpooled(release, digest(maxSpooled), { at: at + 1000, until: at + 2000 }), true);
    assert.deepEqual((await standing()).spooledUntil, [at + 2000]);
  });
}
