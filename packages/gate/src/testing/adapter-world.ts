// An adapter before an MC of the same clock, which tests send away and bring back.
import { generateSigningKey, localSigner, signKeySet } from '@promotable/attest';
import type { GateQuestion } from '@promotable/contracts';
import { type AdapterAnswer, createGateAdapter, type GateAdapter, type GateAdapterOptions, type HoldEvent } from '../adapter.ts';
import type { AnsweredQuestion } from '../adapter.ts';
import { memoryState } from '../client.ts';
import { askRollout } from '../server.ts';
import { createWorld, principal, silent, type World } from './world.ts';

export interface AdapterWorld {
  readonly world: World;
  readonly adapter: GateAdapter;
  /** What the adapter was made of. */
  readonly options: GateAdapterOptions;
  /** Signs overrides; listed in the key set. */
  readonly officer: ReturnType<typeof generateSigningKey>;
  /** Signed overrides that the adapter finds. */
  readonly overrides: unknown[];
  readonly holds: HoldEvent[];
  readonly answers: AnsweredQuestion[];
  isAway: boolean;
  /** What MC answers to a question for its list of proven digests. */
  provenAnswer: (place: Record<string, string>) => Promise<Response>;
  /** By how much the clock of the adapter is ahead of MC's, milliseconds. */
  offsetMs: number;
  ask(question: GateQuestion): Promise<AdapterAnswer>;
}

export async function adapterWorld(options: Partial<GateAdapterOptions> = {}): Promise<AdapterWorld> {
  const world = await createWorld();
  const officer = generateSigningKey('ed25519');
  const instant = (days: number) => new Date(world.clock.now() + days * 86_400_000).toISOString();
  const entry = ({ keyId, algorithm, publicKeyPem }: typeof officer, use: 'decision' | 'override') => ({
    ...{ keyId, algorithm, publicKeyPem, use, notBefore: instant(-30), notAfter: instant(30), revokedAt: null },
  });
  const keySet = await signKeySet(
    {
      version: 1,
      issuedAt: instant(-1),
      expiresAt: instant(7),
      keys: [entry(world.keys.decision, 'decision'), entry(officer, 'override')],
    },
    localSigner(world.keys.root.privateKeyPem),
  );
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (made.isAway) throw new TypeError('fetch failed');
    const { pathname, searchParams } = new URL(String(input));
    if (pathname.startsWith('/.well-known/')) return Response.json({ keySet });
    if (pathname === '/v1/gate/proven') return made.provenAnswer(Object.fromEntries(searchParams));
    return Response.json(await askRollout(world.module.gate, principal(), JSON.parse(String(init?.body))));
  };
  const made: AdapterWorld = {
    world,
    officer,
    overrides: [],
    holds: [],
    answers: [],
    isAway: false,
    provenAnswer: async ({ service = '', environment = '' }) =>
      Response.json({ bundle: await world.provenLists.list({ tenant: 'acme', service, environment }) }),
    offsetMs: 0,
    options: {
      url: 'https://mc.test',
      token: 'secret',
      trust: { rootPublicKey: world.keys.root.publicKeyPem },
      state: memoryState(),
      clock: { now: () => world.clock.now() + made.offsetMs, monotonic: () => world.clock.monotonic() },
      fetch,
      totalMs: 1000,
      logger: silent,
      overrides: async () => made.overrides,
      listeners: [{ onHold: (event) => made.holds.push(event), onAnswer: (event) => made.answers.push(event) }],
      ...options,
    },
    ask: (question) => adapter.answer(question),
    get adapter() {
      return adapter;
    },
  };
  const adapter = createGateAdapter(made.options);
  return made;
}
