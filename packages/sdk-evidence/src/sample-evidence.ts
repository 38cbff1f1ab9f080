// Signed evidence for tests, as the real builder and signer make it.
import { generateSigningKey, localSigner } from '@promotable/attest';
import { buildStageEvidence } from './build/build-stage-evidence.ts';
import type { SignedEvidence } from './build/signed-evidence.ts';
import { signEvidence } from './build/write-signed.ts';

export const sampleSigner = localSigner(generateSigningKey('ecdsa-p256').privateKeyPem);

/** Another number gives another statement. */
export function sampleEvidence(number = 1, runId = `run-${number}`): Promise<SignedEvidence> {
  const statement = buildStageEvidence({
    service: 'checkout',
    releaseId: 'r1',
    artifacts: [{ name: 'checkout.tgz', sha256: 'a'.repeat(64) }],
    environment: 'production',
    checkpoint: '20',
    podTemplateHash: { absent: 'NOT_APPLICABLE' },
    window: { from: '2026-11-21T13:00:00Z', until: '2026-11-21T13:05:00Z' },
    slo: {
      source: 'test',
      canary: { p95Ms: number, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 },
      stable: { absent: 'NO_STABLE' },
    },
    samples: { slo: 1000 },
    run: { provider: 'test', id: runId, attempt: 1 },
  });
  return signEvidence(statement, sampleSigner);
}
