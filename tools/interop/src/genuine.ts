// Real evidence and a real decision: built, signed, received and judged by the packages themselves, over the memory stores.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalBytes,
  generateSigningKey,
  type KeyAlgorithm,
  localSigner,
  payloadOf,
  sha256Hex,
  type SigningKeyPair,
} from '@promotable/attest';
import { type Bundle, type Clock, DecisionPredicate, type Logger, predicateTypes, type Principal } from '@promotable/contracts';
import { activatePolicy, askRollout, gateModule, loadedPolicy, memoryGateStore } from '@promotable/gate/server';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import { buildEvidence, buildStageEvidence, signEvidence } from '@promotable/sdk-evidence';
import { createEvidenceReceiver, memoryEvidenceStore, type Trust } from '@promotable/sdk-evidence/server';

const root = join(import.meta.dirname, '../../..');
const minute = 60_000;
/** After the reports that the evidence is made of, and soon enough after. */
const startOfTime = Date.parse('2026-11-21T18:00:00.000Z');

const artifact = Buffer.from('the bytes of checkout.tgz');
const release = { service: 'checkout', releaseId: '1.4.2' };
const artifacts = [{ name: 'checkout.tgz', sha256: sha256Hex(artifact) }];
const podTemplateHash = '6d4f9c7b58';

/** By Grype, as it writes what it found nothing in. */
const cleanScan = {
  matches: [],
  descriptor: {
    name: 'grype',
    version: '0.120.0',
    timestamp: instant(startOfTime - 10 * minute),
    db: { status: { schemaVersion: 'v6.1.0', built: instant(startOfTime - 600 * minute), valid: true } },
  },
};

/** One signed statement, and what a stranger needs to check it. */
export interface Document {
  readonly bundle: Bundle;
  readonly key: SigningKeyPair;
  readonly predicateType: string;
  /** The bytes that the first subject is the digest of. */
  readonly blob: Uint8Array;
  /** Another genuine statement by the same key. */
  readonly sibling: Bundle;
}

export interface GenuineDocuments {
  readonly evidence: Document;
  readonly decision: Document;
}

/** Build evidence, and the pass that MC gave for it at 20 %; signed by two keys of `algorithm`. */
export async function genuineDocuments(algorithm: KeyAlgorithm): Promise<GenuineDocuments> {
  const [ci, own] = [generateSigningKey(algorithm), generateSigningKey(algorithm)];
  const mc = await missionControl(ci, own);
  const build = buildEvidence(
    {
      ...release,
      artifacts,
      run: { provider: 'ci', id: 'run-7', attempt: 1 },
      sbom: report(join(root, 'packages/sdk-evidence/fixtures/reports/npm.cdx.json')),
      junit: [report(join(import.meta.dirname, '../fixtures/node-test.junit.xml'))],
      scan: [{ name: 'grype.json', bytes: Buffer.from(JSON.stringify(cleanScan)) }],
    },
    { clock: mc.clock },
  );
  const evidence = await signEvidence(build, localSigner(ci.privateKeyPem));
  await mc.publish(evidence.bundle);
  const held = await mc.ask('hold');
  mc.clock.advance(7 * minute);
  const window = await signEvidence(stageWindow(mc.clock.now()), localSigner(ci.privateKeyPem));
  await mc.publish(window.bundle);
  const passed = await mc.ask('pass');
  return {
    evidence: { bundle: evidence.bundle, key: ci, predicateType: predicateTypes.evidence, blob: artifact, sibling: window.bundle },
    decision: { bundle: passed, key: own, predicateType: predicateTypes.decision, blob: subjectOf(passed), sibling: held },
  };
}

function stageWindow(until: number) {
  return buildStageEvidence({
    ...release,
    artifacts,
    environment: 'production',
    checkpoint: '20',
    podTemplateHash,
    window: { from: instant(until - 5 * minute), until: instant(until) },
    slo: {
      source: 'splitter',
      canary: { p95Ms: 120.25, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 },
      stable: { p95Ms: 118.5, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 },
    },
    samples: { slo: 7200, stable: 28_800 },
    run: { provider: 'canary', id: 'window-1', attempt: 1 },
  });
}

/** What a decision is about, in the form whose digest is its first subject. */
function subjectOf(decision: Bundle): Uint8Array {
  const { predicate } = JSON.parse(Buffer.from(payloadOf(decision)).toString()) as { predicate: unknown };
  return canonicalBytes(DecisionPredicate.parse(predicate).subject);
}

async function missionControl(evidenceKey: SigningKeyPair, decisionKey: SigningKeyPair) {
  const clock = turnableClock();
  const [ledger, transactor, store, gateStore] = [createMemoryLedger(), memoryTransactor(), memoryEvidenceStore(), memoryGateStore()];
  const trust = trustIn(evidenceKey);
  const receiver = createEvidenceReceiver({ store, transactor, ledger, clock, trust: () => trust });
  const policy = loadPolicy({ layer: 'standard', production: true });
  const loaded = loadedPolicy(policy, await createWasmEngine(policy));
  await activatePolicy(gateStore, loaded);
  const { gate } = gateModule({
    store: gateStore,
    transactor,
    ledger,
    policy: loaded,
    clock,
    logger: silent,
    signer: localSigner(decisionKey.privateKeyPem),
    evidence: store,
    signers: { statusOf: () => 'trusted' },
    exceptions: { exceptions: async () => [] },
  });
  const question = {
    ...release,
    environment: 'production',
    stage: '20',
    digests: artifacts.map(({ sha256 }) => `sha256:${sha256}`),
    podTemplateHash,
  };
  return {
    clock,
    publish: (bundle: Bundle) => receiver.receive(principal, { ...release, bundle }),
    /** The signed decision; any other verdict is an error of this file. */
    async ask(expected: string): Promise<Bundle> {
      const { verdict, reasons, bundle } = await askRollout(gate, principal, question);
      if (verdict !== expected || bundle === null) throw new Error(`MC answered ${verdict}: ${JSON.stringify(reasons)}`);
      return bundle;
    },
  };
}

function trustIn({ keyId, algorithm, publicKeyPem }: SigningKeyPair): Trust {
  const [from, until] = [instant(startOfTime - 86_400_000), instant(startOfTime + 86_400_000)];
  const entry = { keyId, algorithm, publicKeyPem, use: 'evidence' as const, notBefore: from, notAfter: until, revokedAt: null };
  return {
    keySet: { version: 1, issuedAt: from, expiresAt: until, keys: [entry] },
    policy: { signers: [{ keyId, tenant: principal.tenant, services: '*', checkpoints: ['build', 'stage'] }] },
  };
}

const principal: Principal = {
  id: 'https://issuer.test#interop',
  tenant: 'acme',
  services: ['*'],
  scopes: ['evidence:publish', 'gate:ask'],
};

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function turnableClock(): Clock & { advance(ms: number): void } {
  let passed = 0;
  return {
    now: () => startOfTime + passed,
    monotonic: () => passed,
    advance(ms) {
      passed += ms;
    },
  };
}

function report(path: string) {
  return { name: path, bytes: readFileSync(path) };
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
