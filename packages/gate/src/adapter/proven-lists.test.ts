// MC away: the kept list of proven digests alone recognises a rollback.
import { generateSigningKey, localSigner, signStatement } from '@promotable/attest';
import type { Bundle, ProvenList } from '@promotable/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileProven, memoryProven, memoryState, type ProvenMemory } from '../client.ts';
import { provenStatement } from '../proven-statement.ts';
import { type AdapterWorld, adapterWorld } from '../testing/adapter-world.ts';
import { minute, promoted } from '../testing/scenes.ts';
import { ask20, digestA, digestB, silent } from '../testing/world.ts';
import { gateAdapterModule } from './adapter-module.ts';
import { createGateAdapter } from './gate-adapter.ts';

const day = 24 * 60 * minute;
const digestC = `sha256:${'c'.repeat(64)}`;
/** A was promoted, then B: going back to A is a rollback, under whatever pod template. */
const back = { ...ask20, podTemplateHash: 'podBack' };
const unknown = { ...back, releaseId: 'C', digests: [digestC] };

let scene: AdapterWorld;
let proven: ReturnType<typeof memoryProven>;
beforeEach(async () => {
  proven = memoryProven();
  scene = await adapterWorld({ totalMs: 2, proven });
  await promoted(scene.world, { releaseId: 'A', digests: [digestA] });
  await promoted(scene.world, { releaseId: 'B', digests: [digestB] });
  // The adapter comes to know the place, and the tenant.
  expect((await scene.ask(unknown)).source).toBe('mc');
  await scene.adapter.refresh();
});

/** What MC says instead of its list. */
const mcAnswers = (reply: () => Promise<Response>) => async () => {
  scene.provenAnswer = reply;
};

const answer = async (question = back) => {
  const { verdict, source, reasons, warnings } = await scene.ask(question);
  return [verdict, source, ...[...reasons, ...warnings].map(({ code }) => code)].join(' ');
};
const held = 'hold client MC_UNREACHABLE';
const passed = 'pass proven ROLLBACK_TO_PROVEN MC_UNREACHABLE';

async function kept(): Promise<ProvenMemory> {
  const memory = await proven.load();
  if (memory === null) throw new Error('nothing is kept');
  return memory;
}

/** MC answers with this list from now on. */
async function answerWith(changes: Partial<ProvenList>, key = scene.world.keys.decision): Promise<void> {
  const bundle = await signedList(changes, key);
  scene.provenAnswer = async () => Response.json({ bundle });
}

async function signedList(changes: Partial<ProvenList>, key = scene.world.keys.decision): Promise<Bundle> {
  const at = (ms: number) => new Date(scene.world.clock.now() + ms).toISOString();
  const epoch = Object.values((await kept()).lists)[0]?.epoch ?? '';
  const list: ProvenList = {
    ...{ tenant: 'acme', service: 'checkout', environment: 'production', epoch, revision: 99, issuedAt: at(0), expiresAt: at(7 * day) },
    ...{ proven: [{ releaseId: 'C', digests: [digestC] }], suspect: [], revoked: [] },
    ...changes,
  };
  return signStatement(provenStatement(list), localSigner(key.privateKeyPem));
}

describe('with MC away', () => {
  it('a proven digest passes as a rollback at every stage, and an unknown one holds', async () => {
    scene.isAway = true;
    expect(await answer()).toBe(passed);
    expect(await answer({ ...back, stage: '50' })).toBe(passed);
    expect(await answer(unknown)).toBe(held);
  });

  it('what is current holds, and so does a place of which no list is kept', async () => {
    scene.isAway = true;
    expect(await answer({ ...back, releaseId: 'B', digests: [digestB] })).toBe(held);
    expect(await answer({ ...back, environment: 'staging' })).toBe(held);
    expect(await answer({ ...back, service: 'cart' })).toBe(held);
  });

  it('without a digest there is nothing to recognise', async () => {
    scene.isAway = true;
    expect(await answer({ ...back, digests: [] })).toBe(held);
  });

  it('a digest that was withdrawn, or left by a rollback, holds as soon as the list says so', async () => {
    scene.world.revokedDigests.add(digestA);
    await scene.adapter.refresh();
    scene.isAway = true;
    expect(await answer()).toBe(held);
    scene.isAway = false;
    await answerWith({ suspect: [{ releaseId: 'C', digests: [digestC] }] });
    await scene.adapter.refresh();
    scene.isAway = true;
    expect(await answer(unknown)).toBe(held);
  });

  it('a container that a proven release shares lets no other release pass in part', async () => {
    await answerWith({ proven: [{ releaseId: 'C', digests: [digestA, digestC] }] });
    await scene.adapter.refresh();
    scene.isAway = true;
    expect(await answer({ ...unknown, digests: [digestC] })).toBe(passed);
    expect(await answer({ ...unknown, releaseId: 'D', digests: [digestC] })).toBe(held);
    expect(await answer({ ...unknown, releaseId: 'D', digests: [digestC, digestA] })).toBe(passed);
    expect(await answer({ ...unknown, digests: [digestC, digestB] })).toBe(held);
  });

  it('a list counts for seven days and not a moment longer, nor before it came', async () => {
    const issuedAt = scene.world.clock.now();
    scene.isAway = true;
    scene.world.clock.set(issuedAt - 1);
    expect(await answer()).toBe(held);
    // The key set ends with it; a clock a little behind the end of both still counts.
    scene.world.clock.set(issuedAt + 6 * day);
    expect(await answer()).toBe(passed);
    scene.world.clock.set(issuedAt + 7 * day);
    expect(await answer()).toBe(held);
  });

  it('the list outlives the adapter, with the keys that it is verified by', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gate-proven-'));
    try {
      const file = join(folder, 'kept', 'proven.json');
      await fileProven(file).save(await kept());
      const next = createGateAdapter({
        url: 'https://mc.test',
        token: 'secret',
        trust: { rootPublicKey: scene.world.keys.root.publicKeyPem },
        state: memoryState(),
        proven: fileProven(file),
        clock: scene.world.clock,
        logger: silent,
        fetch: async () => Promise.reject(new TypeError('fetch failed')),
        totalMs: 2,
      });
      await next.ready();
      expect(await next.answer(back)).toMatchObject({ verdict: 'pass', source: 'proven' });
      expect(await next.answer(unknown)).toMatchObject({ verdict: 'hold' });
      await expect(fileProven(folder).load()).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a list that is not believed leaves the kept one:', () => {
  const lies: [string, () => Promise<void>][] = [
    ['an older revision', () => answerWith({ revision: 1 })],
    ['an older epoch', () => answerWith({ epoch: '00000000-0000-7000-8000-000000000000' })],
    ['another list of the same revision', async () => answerWith({ revision: Object.values((await kept()).lists)[0]?.revision ?? 0 })],
    ['another service', () => answerWith({ service: 'cart' })],
    ['another environment', () => answerWith({ environment: 'staging' })],
    ['another tenant', () => answerWith({ tenant: 'globex' })],
    ['signed by a key that is not listed', () => answerWith({}, generateSigningKey('ed25519'))],
    ['signed by a key of another use', () => answerWith({}, scene.officer)],
    ['one that has ended', () => answerWith({ issuedAt: '2026-11-01T00:00:00.000Z', expiresAt: '2026-11-08T00:00:00.000Z' })],
    [
      'one that states a longer time than seven days',
      () => answerWith({ issuedAt: '2026-11-01T00:00:00.000Z', expiresAt: '2030-01-01T00:00:00.000Z' }),
    ],
    ['one of the future', async () => answerWith({ issuedAt: new Date(scene.world.clock.now() + 61_000).toISOString() })],
    [
      'a decision',
      mcAnswers(async () =>
        Response.json({
          bundle: (await scene.world.store.decisions({ tenant: 'acme', service: 'checkout', releaseId: 'B', limit: 1 }))[0]?.bundle,
        }),
      ),
    ],
    ['unsigned', mcAnswers(async () => Response.json({ bundle: null }))],
    ['HTML', mcAnswers(async () => new Response('<html>'))],
    ['401', mcAnswers(async () => new Response('', { status: 401 }))],
    ['404', mcAnswers(async () => new Response('', { status: 404 }))],
    ['500', mcAnswers(async () => new Response('', { status: 500 }))],
  ];

  it.each(lies)('%s', async (_name, lie) => {
    const before = await kept();
    await lie();
    await scene.adapter.refresh();
    expect(await kept()).toEqual(before);
    scene.isAway = true;
    expect(await answer()).toBe(passed);
    expect(await answer(unknown)).toBe(held);
  });

  it('and a newer one that is believed takes its place', async () => {
    await answerWith({});
    await scene.adapter.refresh();
    scene.isAway = true;
    expect(await answer(unknown)).toBe(passed);
    expect(await answer()).toBe(held);
  });
});

describe('an adapter in a server', () => {
  afterEach(() => void vi.useRealTimers());

  it('fetches the lists every five minutes, also those of before it began, until it is closed', async () => {
    vi.useFakeTimers();
    const places: string[] = [];
    const module = gateAdapterModule({
      url: 'https://mc.test',
      token: 'secret',
      trust: { rootPublicKey: scene.world.keys.root.publicKeyPem },
      state: memoryState(),
      proven,
      clock: scene.world.clock,
      logger: silent,
      fetch: async (input) => {
        places.push(new URL(String(input)).search);
        return new Response('', { status: 404 });
      },
    });
    module.routes({ post: () => undefined }, { metrics: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(places).toEqual(['?service=checkout&environment=production']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(places).toHaveLength(3);
    module.onClose();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(places).toHaveLength(3);
  });
});
