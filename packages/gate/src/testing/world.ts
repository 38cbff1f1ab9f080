// A gate with everything around it but the network: real policy, real signatures, memory or PostgreSQL, a clock that tests turn.
import { generateSigningKey, localSigner, signKeySet } from '@promotable/attest';
import type {
  Bundle,
  Clock,
  DecisionRecord,
  ExceptionFact,
  Logger,
  PolicyReason,
  Principal,
  ReleaseEvidence,
  Transactor,
  Verdict,
} from '@promotable/contracts';
import { createMemoryLedger, type Ledger, memoryTransactor } from '@promotable/ledger';
import { loadPolicy, policyOf, type PolicyData } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import {
  activatePolicy,
  type DecisionEvent,
  gateModule,
  type GateModule,
  type GateStore,
  type LoadedPolicy,
  loadedPolicy,
  memoryGateStore,
} from '../server.ts';
import type { GateOptions } from '../server/gate-options.ts';
import { createProvenLists, type ProvenLists } from '../server/proven-lists.ts';
import type { ResolvedQuestion } from '../gate-question.ts';
import { unknownRelease } from './evidence.ts';

export const startOfTime = Date.parse('2026-11-21T11:00:00.000Z');
export const digestA = `sha256:${'a'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;

export const ask20 = {
  service: 'checkout',
  releaseId: 'A',
  environment: 'production',
  stage: '20',
  digests: [digestA],
  podTemplateHash: '6d4f9c7b58',
};

export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export function principal(tenant = 'acme', changes: Partial<Principal> = {}): Principal {
  return { id: 'https://issuer.test#gate', tenant, services: ['*'], scopes: ['gate:ask', 'decision:read'], ...changes };
}

export function turnableClock(): Clock & { advance(ms: number): void; set(wall: number): void } {
  let wall = startOfTime;
  let monotonic = 0;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms;
      monotonic += ms;
    },
    set(next) {
      wall = next;
    },
  };
}

const policies = new Map<string, Promise<LoadedPolicy>>();

export function realPolicy(layer: 'standard' | 'demo' = 'standard'): Promise<LoadedPolicy> {
  const known = policies.get(layer) ?? load(layer);
  policies.set(layer, known);
  return known;
}

async function load(layer: 'standard' | 'demo'): Promise<LoadedPolicy> {
  const policy = loadPolicy({ layer, production: false });
  return loadedPolicy(policy, await createWasmEngine(policy));
}

/** Loads the policy that a record carries, from nothing but the record. */
export async function policyOfRecord({ layer, wasm, data, entrypoint }: DecisionRecord['policy']) {
  const policy = policyOf(layer, Buffer.from(wasm, 'base64'), data as unknown as PolicyData);
  const engine = await createWasmEngine(policy);
  return {
    digest: policy.digest(entrypoint as 'promotable/rollout/decision'),
    evaluate: (_entrypoint: string, facts: unknown) => engine.evaluate('promotable/rollout/decision', facts),
  };
}

/** Every world of this test file, for {@link everyDecision}. */
const worlds: World[] = [];

/** The record of every decision that any world of this test file made. */
export async function everyDecision(): Promise<{ readonly record: DecisionRecord; readonly world: World }[]> {
  const made = worlds.flatMap((world) => world.events.map(({ decision }) => ({ world, decision })));
  return Promise.all(
    made.map(async ({ world, decision }) => ({
      world,
      record: await world.module.records.record(principal(decision.subject.tenant), decision.id),
    })),
  );
}

export interface WorldOptions {
  readonly store?: GateStore;
  readonly transactor?: Transactor;
  readonly ledger?: Pick<Ledger, 'append' | 'epoch'>;
  readonly policy?: LoadedPolicy;
  readonly shared?: Pick<World, 'clock' | 'keys' | 'evidence'>;
  readonly suspended?: PolicyReason;
  readonly isBelieved?: (keyId: string, verdict: Verdict) => boolean;
}

export interface Keys {
  readonly root: ReturnType<typeof generateSigningKey>;
  readonly decision: ReturnType<typeof generateSigningKey>;
}

export interface World {
  readonly module: GateModule;
  readonly provenLists: ProvenLists;
  readonly store: GateStore;
  readonly clock: ReturnType<typeof turnableClock>;
  readonly keys: Keys;
  /** By tenant, service, releaseId and stage, as JSON. */
  readonly evidence: Map<string, ReleaseEvidence>;
  readonly exceptions: ExceptionFact[];
  readonly revokedKeys: Set<string>;
  readonly revokedDigests: Set<string>;
  readonly events: DecisionEvent[];
  /** When set, reading evidence fails with it. */
  outage: Error | null;
  setEvidence(question: Pick<ResolvedQuestion, 'service' | 'releaseId' | 'stage'>, evidence: ReleaseEvidence, tenant?: string): void;
  keySetBundle(version?: number): Promise<Bundle>;
}

export async function createWorld({
  store = memoryGateStore(),
  transactor = memoryTransactor(),
  ledger = createMemoryLedger(),
  policy,
  shared,
  suspended,
  isBelieved = () => true,
}: WorldOptions = {}): Promise<World> {
  const loaded = policy ?? (await realPolicy());
  const clock = shared?.clock ?? turnableClock();
  const keys = shared?.keys ?? { root: generateSigningKey('ed25519'), decision: generateSigningKey('ecdsa-p256') };
  const evidence = shared?.evidence ?? new Map<string, ReleaseEvidence>();
  const exceptions: ExceptionFact[] = [];
  const revokedKeys = new Set<string>();
  const revokedDigests = new Set<string>();
  const events: DecisionEvent[] = [];
  await activatePolicy(store, loaded);
  const gateOptions: GateOptions = {
    store,
    transactor,
    ledger,
    policy: loaded,
    isBelieved,
    clock,
    logger: silent,
    signer: localSigner(keys.decision.privateKeyPem),
    evidence: {
      async releaseEvidence({ tenant, service, releaseId, stage }) {
        if (world.outage !== null) throw world.outage;
        return evidence.get(JSON.stringify([tenant, service, releaseId, stage])) ?? unknownRelease;
      },
    },
    signers: { statusOf: (keyId) => (revokedKeys.has(keyId) ? 'revoked' : 'trusted') },
    exceptions: { exceptions: async () => exceptions },
    revocations: { anyRevoked: async (_tenant, digests) => digests.some((digest) => revokedDigests.has(digest)) },
    listeners: [{ onDecision: (event) => void events.push(event) }],
    publicUrl: 'https://mc.test',
    ...(suspended === undefined ? {} : { suspended }),
  };
  const world: World = {
    store,
    clock,
    keys,
    evidence,
    exceptions,
    revokedKeys,
    revokedDigests,
    events,
    outage: null,
    module: gateModule(gateOptions),
    provenLists: createProvenLists(gateOptions),
    setEvidence({ service, releaseId, stage }, found, tenant = 'acme') {
      evidence.set(JSON.stringify([tenant, service, releaseId, stage]), found);
    },
    async keySetBundle(version = 1) {
      const { keyId, algorithm, publicKeyPem } = keys.decision;
      const time = (days: number) => new Date(clock.now() + days * 86_400_000).toISOString();
      const entry = { keyId, algorithm, publicKeyPem, use: 'decision' as const, notBefore: time(-30), notAfter: time(30), revokedAt: null };
      return signKeySet({ version, issuedAt: time(0), expiresAt: time(7), keys: [entry] }, localSigner(keys.root.privateKeyPem));
    },
  };
  worlds.push(world);
  return world;
}
