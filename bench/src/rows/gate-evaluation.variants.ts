import { createPrivateKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import {
  canonicalBytes,
  canonicalize,
  type KeyResolver,
  localSigner,
  paeOf,
  payloadOf,
  publicKeyFromPem,
  signatureOf,
  type SigningKeyPair,
  verifyBundle,
} from '@promotable/attest';
import type { Bundle, GateAnswer } from '@promotable/contracts';
import { createGate, loadedPolicy, memoryGateStore, type NewDecision } from '@promotable/gate/server';
import { memoryTransactor } from '@promotable/ledger';
import { entrypoints, loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import { BenchError } from '../bench-error.ts';
import type { Operation } from '../harness/operation.ts';
import { clock, question, type Release, releaseOnRecord, stageStartedAt } from './gate-evaluation.release.ts';

/** From the bundles to a signed decision, with the real verifier and the real gate; store and ledger keep nothing. */
export async function evaluation(): Promise<Operation> {
  const release = await releaseOnRecord();
  const decide = await decider(release);
  return {
    async run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += (await decide.once()).digests.length;
      return sum;
    },
    async answer() {
      const { verdict, bundle } = await decide.once();
      if (verdict !== 'pass') throw new BenchError('VARIANT_FAILED', `the gate answers ${verdict}`);
      return { verified: release.bundles.length, isSigned: isSignedBy(bundle, release.decisionKey) };
    },
  };
}

/** The verdict alone, by the policy's WebAssembly over the facts of {@link evaluation}. */
export async function verdict(): Promise<Operation> {
  const release = await releaseOnRecord();
  const decide = await decider(release);
  await decide.once();
  const facts = new TextEncoder().encode(canonicalize(decide.last().facts));
  const engine = await createWasmEngine(loadPolicy({ production: false }));
  const once = () => engine.evaluate(entrypoints.rollout, facts).verdict;
  return repeated(once, once);
}

/** The three bundles of {@link evaluation} verified and read, without a question. */
export async function verification(): Promise<Operation> {
  const { bundles, keys } = await releaseOnRecord();
  const keyOf = keyFinder(keys);
  const once = () => bundles.map((bundle) => verifyBundle(bundle, keyOf).statementDigest);
  return repeated(once, () => once().length);
}

function repeated(once: () => { readonly length: number }, answer: () => unknown): Operation {
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += once().length;
      return sum;
    },
    answer,
  };
}

/** The signatures, digests and the signing of {@link evaluation}, over the same bytes, by `node:crypto` alone. */
export async function cryptography(): Promise<Operation> {
  const release = await releaseOnRecord();
  const decide = await decider(release);
  await decide.once();
  const proofs = release.bundles.map((bundle) => ({ ...proofOf(bundle, release.keys), payload: payloadOf(bundle) }));
  const { decision, bundle, facts } = decide.last();
  const { subject, digests, podTemplateHash, policyDigest, evidence, verdict } = decision;
  // What the gate digests: facts, the release's identity, the fingerprint, the question, the decision's subject, its statement.
  const digested = [
    canonicalBytes(facts),
    canonicalBytes({ tenant: subject.tenant, service: subject.service, releaseId: subject.releaseId }),
    canonicalBytes({ kind: subject.kind, verdict, codes: [], policyDigest, override: null, digests, podTemplateHash, evidence }),
    canonicalBytes({ digests, podTemplateHash }),
    canonicalBytes(subject),
    payloadOf(bundle),
  ];
  const toSign = paeOf(bundle);
  const privateKey = createPrivateKey(release.decisionKey.privateKeyPem);
  const once = (): Buffer => {
    for (const { bytes, signature, key, payload } of proofs) {
      // The bare key: an options object that says `der`, the default, makes each call a quarter dearer.
      if (!verify('sha256', bytes, key, signature)) throw new BenchError('VARIANT_FAILED', 'a signature does not hold');
      hash('sha256', payload);
    }
    for (const bytes of digested) hash('sha256', bytes);
    return sign('sha256', toSign, privateKey);
  };
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += once().length;
      return sum;
    },
    answer() {
      const key = publicKeyFromPem(release.decisionKey.publicKeyPem).keyObject;
      return { verified: proofs.length, isSigned: verify('sha256', toSign, key, once()) };
    },
  };
}

async function decider({ bundles, keys, decisionKey, evidence }: Release) {
  const policy = loadPolicy({ production: false });
  const loaded = loadedPolicy(policy, await createWasmEngine(policy));
  let entry: NewDecision | null = null;
  // Nothing is on record, so every question is decided, signed and recorded anew.
  const memory = memoryGateStore();
  const standing = await memory.readStanding(question);
  const store = {
    ...memory,
    readStanding: async () => standing,
    activePolicy: async () => ({ digest: loaded.digest, revision: 1 }),
    startStage: async () => stageStartedAt,
    readSubject: async () => ({ revision: 0, recorded: null }),
    record: async (made: NewDecision) => {
      entry = made;
      return true;
    },
  };
  const epoch = '01936d3e-0000-7000-8000-000000000000';
  const gate = createGate({
    store,
    transactor: memoryTransactor(),
    ledger: { append: async () => [], epoch: async () => epoch },
    policy: loaded,
    clock,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    signer: localSigner(decisionKey.privateKeyPem),
    evidence: { releaseEvidence: async () => evidence },
    signers: { statusOf: () => 'trusted' },
    exceptions: { exceptions: async () => [] },
    publicUrl: 'https://mc.example',
  });
  const keyOf = keyFinder(keys);
  return {
    async once(): Promise<GateAnswer> {
      for (const bundle of bundles) verifyBundle(bundle, keyOf);
      return gate.ask(question, { actor: 'https://issuer.example#gate' });
    },
    last(): NewDecision {
      if (entry === null) throw new BenchError('VARIANT_FAILED', 'no decision was recorded');
      return entry;
    },
  };
}

function keyFinder(keys: readonly SigningKeyPair[]): KeyResolver {
  const listed = new Map(keys.map(({ publicKeyPem }) => publicKeyFromPem(publicKeyPem)).map((key) => [key.keyId, key]));
  return (keyId) => listed.get(keyId) ?? null;
}

function proofOf(bundle: Bundle, keys: readonly SigningKeyPair[]): { bytes: Uint8Array; signature: Uint8Array; key: KeyObject } {
  const pair = keys.find(({ keyId }) => keyId === bundle.verificationMaterial.publicKey.hint);
  if (pair === undefined) throw new BenchError('VARIANT_FAILED', 'a bundle of an unknown key');
  return { bytes: paeOf(bundle), signature: signatureOf(bundle), key: publicKeyFromPem(pair.publicKeyPem).keyObject };
}

function isSignedBy(bundle: Bundle | null, { publicKeyPem }: SigningKeyPair): boolean {
  return bundle !== null && verifyBundle(bundle, () => publicKeyFromPem(publicKeyPem)).payload.length > 0;
}
