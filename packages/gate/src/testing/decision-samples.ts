// What the conformance cases of the gate store record.
import type { DecisionPredicate, RolloutFacts, Transactor, Verdict } from '@promotable/contracts';
import { modeOf, questionDigest, type ResolvedQuestion } from '../gate-question.ts';
import type { GateStore, KeptPolicy, NewDecision, StandingState } from '../server/gate-store.ts';

/** A store under test. */
export interface GateStoreSubject {
  readonly store: GateStore;
  readonly transactor: Transactor;
}

/** One thing that every store does. */
export interface ConformanceCase {
  readonly title: string;
  /** Runs against an empty store. */
  run(subject: GateStoreSubject): Promise<void>;
}

export const policy: KeptPolicy = {
  digest: 'f'.repeat(64),
  entrypoint: 'promotable/rollout/decision',
  layer: 'standard',
  data: { settings: { b: 1, a: [null] } },
  wasm: new Uint8Array([0, 97, 115, 109]),
};
export const question: ResolvedQuestion = {
  tenant: 'acme',
  service: 'checkout',
  releaseId: 'A',
  environment: 'production',
  stage: '20',
  digests: [`sha256:${'a'.repeat(64)}`],
  podTemplateHash: '6d4f9c7b58',
};

let made = 0;

export interface EntryOptions {
  readonly asked?: Partial<ResolvedQuestion>;
  readonly verdict?: Verdict;
  readonly heldSince?: number;
  readonly standing?: StandingState;
  readonly evaluatedAt?: string;
}

export function entry(
  revision: number,
  { asked = {}, verdict = 'hold', heldSince, standing, evaluatedAt = '2026-11-21T11:20:30.000Z' }: EntryOptions = {},
): NewDecision {
  const { tenant, service, releaseId, environment, stage, digests, podTemplateHash } = { ...question, ...asked };
  const subject = { tenant, service, releaseId, environment, kind: 'rollout' as const, stage };
  const decision: DecisionPredicate = {
    id: `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`,
    subject,
    podTemplateHash,
    digests: [...digests],
    verdict,
    reasons: [],
    warnings: [],
    evidence: [],
    factsDigest: 'e'.repeat(64),
    policyDigest: policy.digest,
    mode: modeOf(asked),
    override: null,
    epoch: '01890a5d-ac96-774b-bcce-b302099a8057',
    revision,
    stageStartedAt: null,
    evaluatedAt,
    validUntil: null,
    traceId: null,
  };
  const bundle: NewDecision['bundle'] = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'k' } },
    dsseEnvelope: { payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'c2ln', keyid: 'k' }] },
  };
  const facts = { schema: 'https://promotable.dev/facts/rollout/v1', subject: { tenant } } as RolloutFacts;
  return {
    decision,
    bundle,
    facts,
    fingerprint: 'd'.repeat(64),
    questionDigest: questionDigest({ ...question, ...asked }),
    heldSince: heldSince ?? null,
    standing: standing ?? null,
  };
}

/** False: the store refused it. */
export async function record({ store, transactor }: GateStoreSubject, item: NewDecision): Promise<boolean> {
  const refused = new Error('refused');
  return transactor
    .transaction(async (tx) => {
      if (!(await store.record(item, { tx }))) throw refused;
      return true;
    })
    .catch((error: unknown) => {
      if (error === refused) return false;
      throw error;
    });
}

export function recordedOf({ standing: _standing, ...recorded }: NewDecision) {
  return recorded;
}
