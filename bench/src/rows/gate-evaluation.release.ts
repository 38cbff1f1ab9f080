// One release at its 20 % stage, with real reports, real signatures and the shipped policy: what is on record when the gate is asked.
import { generateSigningKey, type KeySet, localSigner, parseKeySet, type SigningKeyPair } from '@promotable/attest';
import type { Bundle, Clock, Principal, ReleaseEvidence, Statement } from '@promotable/contracts';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { buildEvidence, buildStageEvidence, signEvidence } from '@promotable/sdk-evidence';
import { createEvidenceReceiver, memoryEvidenceStore } from '@promotable/sdk-evidence/server';

const minute = 60_000;
export const now = Date.parse('2026-11-21T13:00:00.000Z');
export const stageStartedAt = now - 12 * minute;
export const clock: Clock = { now: () => now, monotonic: () => now };

const artifact = 'a'.repeat(64);
export const question = {
  tenant: 'acme',
  service: 'checkout',
  releaseId: '2026.11.21-1',
  environment: 'production',
  stage: '20',
  digests: [`sha256:${artifact}`],
  podTemplateHash: '6d4f9c7b58',
};

export interface Release {
  /** Build, window before, counting window: what a verdict at this stage rests on. */
  readonly bundles: readonly Bundle[];
  readonly keys: readonly SigningKeyPair[];
  readonly decisionKey: SigningKeyPair;
  /** As the evidence store gives it, from exactly these bundles. */
  readonly evidence: ReleaseEvidence;
}

export async function releaseOnRecord(): Promise<Release> {
  const ci = generateSigningKey('ecdsa-p256');
  const canary = generateSigningKey('ecdsa-p256');
  const signed = [
    await signEvidence(build(), localSigner(ci.privateKeyPem)),
    await signEvidence(window(2), localSigner(canary.privateKeyPem)),
    await signEvidence(window(1), localSigner(canary.privateKeyPem)),
  ];
  const store = memoryEvidenceStore();
  const receiver = createEvidenceReceiver({
    store,
    transactor: memoryTransactor(),
    ledger: createMemoryLedger(),
    clock,
    trust: () => ({
      keySet: keySetOf([ci, canary]),
      policy: {
        signers: [ci, canary].map(({ keyId }) => ({
          keyId,
          tenant: 'acme',
          services: '*' as const,
          checkpoints: ['build' as const, 'stage' as const],
        })),
      },
    }),
  });
  const principal: Principal = { id: 'https://ci.example#main', tenant: 'acme', services: ['*'], scopes: ['evidence:publish'] };
  for (const { bundle } of signed) await receiver.receive(principal, { service: question.service, releaseId: question.releaseId, bundle });
  return {
    bundles: signed.map(({ bundle }) => bundle),
    keys: [ci, canary],
    decisionKey: generateSigningKey('ecdsa-p256'),
    evidence: await store.releaseEvidence(question),
  };
}

function keySetOf(keys: readonly SigningKeyPair[]): KeySet {
  return parseKeySet({
    version: 1,
    issuedAt: '2026-01-01T00:00:00Z',
    expiresAt: '2027-01-01T00:00:00Z',
    keys: keys.map(({ keyId, algorithm, publicKeyPem }) => ({
      keyId,
      algorithm,
      publicKeyPem,
      use: 'evidence',
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2027-01-01T00:00:00Z',
      revokedAt: null,
    })),
  });
}

function build(): Statement {
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: Array.from({ length: 118 }, (_item, part) => ({
      type: 'library',
      name: `part-${part}`,
      version: '1.0.0',
      purl: `pkg:npm/part-${part}@1.0.0`,
    })),
  };
  const junit = `<testsuite name="checkout" tests="42" timestamp="2026-11-21T12:40:00Z" time="2">${'<testcase classname="cart" name="adds" time="0.01"/>'.repeat(42)}</testsuite>`;
  const scan = {
    matches: [],
    descriptor: {
      name: 'grype',
      version: '0.120.0',
      timestamp: '2026-11-21T12:45:00Z',
      db: { status: { schemaVersion: 'v6.1.0', built: '2026-11-21T02:00:00Z', valid: true } },
    },
  };
  return buildEvidence(
    {
      service: question.service,
      releaseId: question.releaseId,
      artifacts: [{ name: 'checkout', sha256: artifact }],
      sbom: { name: 'bom.json', bytes: Buffer.from(JSON.stringify(sbom)) },
      junit: [{ name: 'junit.xml', bytes: Buffer.from(junit) }],
      scan: [{ name: 'grype.json', bytes: Buffer.from(JSON.stringify(scan)) }],
      run: { provider: 'github', id: '1187', attempt: 1 },
    },
    { clock },
  );
}

/** Five minutes of the canary that ended so many minutes ago. */
function window(minutesAgo: number): Statement {
  const until = now - minutesAgo * minute;
  return buildStageEvidence({
    service: question.service,
    releaseId: question.releaseId,
    artifacts: [{ name: 'checkout', sha256: artifact }],
    environment: question.environment,
    checkpoint: '20',
    podTemplateHash: question.podTemplateHash,
    window: { from: new Date(until - 5 * minute).toISOString(), until: new Date(until).toISOString() },
    slo: {
      source: 'prometheus',
      canary: { p95Ms: 180.25, p99Ms: 290.5, errorRate: 0.001, open: 0 },
      stable: { p95Ms: 178.5, p99Ms: 288, errorRate: 0.001, open: 0 },
    },
    cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
    samples: { slo: 7200, stable: 28_800, cost: 7200 },
    run: { provider: 'canary', id: `window-${minutesAgo}`, attempt: 1 },
  });
}
