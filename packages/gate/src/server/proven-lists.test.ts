// The list that a gate without MC recognises a rollback by: what it says, and when it is another one.
import { payloadOf, publicKeyFromPem, verifyBundle } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { ProvenList } from '@promotable/contracts';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../testing/http.ts';
import { ask, minute, promoted } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, startOfTime, type World } from '../testing/world.ts';

const place = { tenant: 'acme', service: 'checkout', environment: 'production' };
const A = { releaseId: 'A', digests: [digestA] };
const B = { releaseId: 'B', digests: [digestB] };
const hour = 60 * minute;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const read = (bundle: Bundle) =>
  ProvenList.parse((JSON.parse(Buffer.from(payloadOf(bundle)).toString('utf8')) as { predicate: unknown }).predicate);
const list = async () => read(await world.provenLists.list(place));

/** A was promoted, then B; a day later A is rolled back to. */
async function rolledBack(): Promise<void> {
  await promoted(world, A);
  await promoted(world, B);
  world.clock.advance(24 * hour);
  for (const stage of ['20', '50']) {
    const { verdict, warnings } = await ask(world, { ...ask20, ...A, stage, podTemplateHash: 'podA' });
    expect([verdict, warnings[0]?.code]).toEqual(['pass', 'ROLLBACK_TO_PROVEN']);
  }
}

describe('a list of proven digests', () => {
  it('is empty where nothing was promoted, signed, of its place, and valid for seven days', async () => {
    const bundle = await world.provenLists.list(place);
    expect(verifyBundle(bundle, () => publicKeyFromPem(world.keys.decision.publicKeyPem)).statement.subject).toHaveLength(1);
    expect(read(bundle)).toMatchObject({
      ...place,
      revision: 1,
      issuedAt: new Date(startOfTime).toISOString(),
      expiresAt: new Date(startOfTime + 7 * 24 * hour).toISOString(),
      ...{ proven: [], suspect: [], revoked: [] },
    });
  });

  it('names what may be gone back to: not what is current, nor what is on its way', async () => {
    await promoted(world, A);
    expect((await list()).proven).toEqual([]);
    await promoted(world, B);
    expect(await list()).toMatchObject({ revision: 2, proven: [A], suspect: [] });
  });

  it('says what a rollback left as suspect, until it has passed again', async () => {
    await rolledBack();
    expect(await list()).toMatchObject({ proven: [A], suspect: [B] });
    world.clock.advance(24 * hour);
    expect(await list()).toMatchObject({ proven: [], suspect: [B] });
    await promoted(world, B);
    expect(await list()).toMatchObject({ proven: [A], suspect: [] });
  });

  it('names what was withdrawn, and not as proven', async () => {
    await promoted(world, A);
    await promoted(world, B);
    world.revokedDigests.add(digestA);
    expect(await list()).toMatchObject({ proven: [], revoked: [digestA] });
  });

  it('leaves out a release that was rebuilt since it passed', async () => {
    await promoted(world, A);
    await promoted(world, B);
    for (const [key, found] of world.evidence) if (key.includes('"A"')) world.evidence.set(key, { ...found, rebuildRevision: 1 });
    expect((await list()).proven).toEqual([]);
  });

  it('stays the same until something changes, an hour has gone by, or nobody believes its key any more', async () => {
    let isBelieved = true;
    world = await createWorld({ isBelieved: () => isBelieved });
    const first = await world.provenLists.list(place);
    world.clock.advance(hour - 1);
    expect(await world.provenLists.list(place)).toEqual(first);
    world.clock.advance(1);
    expect(await list()).toMatchObject({ revision: 2, issuedAt: new Date(world.clock.now()).toISOString() });
    isBelieved = false;
    expect((await list()).revision).toBe(3);
  });

  it('is one list whoever asks at once', async () => {
    const bundles = await Promise.all(Array.from({ length: 10 }, () => world.provenLists.list(place)));
    expect(new Set(bundles.map((bundle) => JSON.stringify(bundle))).size).toBe(1);
  });

  it('is of another epoch after a recovery of the ledger', async () => {
    const [old, recovered] = [createMemoryLedger(), createMemoryLedger()];
    let ledger = old;
    const epochs = { append: old.append, epoch: () => ledger.epoch() };
    world = await createWorld({ ledger: epochs, transactor: memoryTransactor() });
    const before = await list();
    ledger = recovered;
    world.clock.advance(minute);
    const after = await list();
    expect(after.revision).toBe(2);
    expect(after.epoch).not.toBe(before.epoch);
  });

  it('is not given where something could not be read, or MC decides nothing', async () => {
    await promoted(world, A);
    await promoted(world, B);
    world.outage = new Error('evidence is away');
    await expect(world.provenLists.list(place)).rejects.toThrow('evidence is away');
    const reason = { code: 'LEDGER_BEHIND_CHECKPOINT', class: 'missing_proof' as const, params: {} };
    const behind = await createWorld({ suspended: reason });
    await expect(behind.provenLists.list(place)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
  });

  it('is asked for over HTTP by whoever may ask a gate about the service', async () => {
    const http = await serve(world);
    const get = async (query: string, tenant = 'acme') => {
      const response = await fetch(`${http.url}/v1/gate/proven?${query}`, { headers: { authorization: `Bearer ${tenant}` } });
      return { status: response.status, body: (await response.json()) as { bundle: Bundle; error: { faults: { path: string }[] } } };
    };
    const { status, body } = await get('service=checkout&environment=production');
    expect([status, read(body.bundle).tenant]).toEqual([200, 'acme']);
    expect(read((await get('service=checkout&environment=production', 'globex')).body.bundle).tenant).toBe('globex');
    expect((await get('service=checkout&environment=production&tenant=globex')).status).toBe(403);
    const refused = await get('service=check%20out');
    expect([refused.status, refused.body.error.faults.map(({ path }) => path).sort()]).toEqual([400, ['/environment', '/service']]);
    await http.close();
  });
});
