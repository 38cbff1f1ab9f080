// Signed evidence for tests of the receiving side: one CI key, one canary key, small honest values.
import { generateSigningKey, type KeySet, type KeyUse, localSigner, type SigningKeyPair, signStatement } from '@promotable/attest';
import {
  type Bundle,
  type BuildEvidence,
  type Clock,
  predicateTypes,
  type Principal,
  type StageEvidence,
  type Statement,
  statementType,
} from '@promotable/contracts';
import type { Trust } from './signed-submission.ts';

export const startedAt = Date.parse('2026-11-21T12:00:00.000Z');
export const service = 'checkout';
export const releaseId = '1.4.2';
export const digestA = 'a'.repeat(64);
export const digestB = 'b'.repeat(64);
export const trustedKey = generateSigningKey('ed25519');
/** Listed in the key set, allowed by no policy entry. */
export const listedKey = generateSigningKey('ecdsa-p256');
/** In no key set. */
export const strangerKey = generateSigningKey('ed25519');

/** A clock that stands still until it is moved. */
export function fixedClock(now = startedAt): Clock & { at: number } {
  return {
    at: now,
    now() {
      return this.at;
    },
    monotonic() {
      return this.at;
    },
  };
}

export function principal(changes: Partial<Principal> = {}): Principal {
  return { id: 'https://ci.example#main', tenant: 'acme', services: ['*'], scopes: ['evidence:publish', 'evidence:read'], ...changes };
}

export function trustOf(...trusted: readonly SigningKeyPair[]): Trust {
  const entry = ({ keyId, algorithm, publicKeyPem }: SigningKeyPair, use: KeyUse) =>
    ({
      keyId,
      algorithm,
      publicKeyPem,
      use,
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2027-01-01T00:00:00Z',
      revokedAt: null,
    }) as const;
  const keySet: KeySet = {
    version: 1,
    issuedAt: '2026-01-01T00:00:00Z',
    expiresAt: '2027-01-01T00:00:00Z',
    keys: [trustedKey, listedKey].map((key) => entry(key, 'evidence')),
  };
  const signers = trusted.flatMap(({ keyId }) =>
    ['acme', 'globex'].map((tenant) => ({ keyId, tenant, services: '*' as const, checkpoints: ['build' as const, 'stage' as const] })),
  );
  return { keySet, policy: { signers } };
}

export interface SampleOptions {
  readonly key?: SigningKeyPair;
  readonly digests?: readonly string[];
  /** In place of `digests`. */
  readonly subject?: Statement['subject'];
  readonly predicateType?: string;
  /** Put over the sample predicate. */
  readonly predicate?: Record<string, unknown>;
}

export function buildPredicate(changes: Partial<BuildEvidence> = {}): BuildEvidence {
  return {
    service,
    releaseId,
    checkpoint: 'build',
    run: { provider: 'ci', id: 'run-1', attempt: 1 },
    observed: { from: '2026-11-21T11:50:00.000Z', until: '2026-11-21T11:51:00.000Z' },
    samples: { sbom: 12, tests: 4 },
    values: {
      sbom: { format: 'cyclonedx', specVersion: '1.6', documentDigest: '1'.repeat(64), componentsDigest: '2'.repeat(64), components: 12 },
      tests: {
        format: 'junit',
        documentDigests: ['3'.repeat(64)],
        total: 4,
        passed: 4,
        failed: 0,
        errors: 0,
        skipped: 0,
        durationMs: 812,
        failures: [],
      },
    },
    redactions: [],
    ...changes,
  };
}

export function failedTests(total = 4): NonNullable<BuildEvidence['values']['tests']> {
  return {
    format: 'junit',
    documentDigests: ['4'.repeat(64)],
    total,
    passed: total - 1,
    failed: 1,
    errors: 0,
    skipped: 0,
    durationMs: 5,
    failures: ['a test'],
  };
}

export function stagePredicate(changes: Partial<StageEvidence> = {}, p95Ms = 123.4): StageEvidence {
  return {
    service,
    releaseId,
    environment: 'production',
    checkpoint: '20',
    podTemplateHash: '6d5f',
    run: { provider: 'canary', id: 'window-1', attempt: 1 },
    observed: { from: '2026-11-21T11:58:00.000Z', until: '2026-11-21T11:58:08.000Z' },
    samples: { slo: 180, stable: 700, cost: 180 },
    values: {
      slo: {
        source: 'splitter',
        canary: { p95Ms, p99Ms: 180.2, errorRate: 0.001, open: 0 },
        stable: { p95Ms: 120, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 1 },
      },
      cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
    },
    redactions: [],
    ...changes,
  };
}

export function sign(
  predicate: object,
  {
    key = trustedKey,
    digests = [digestA],
    subject = digests.map((sha256) => ({ name: 'artifact', digest: { sha256 } })),
    predicateType = predicateTypes.evidence,
  }: Omit<SampleOptions, 'predicate'> = {},
): Promise<Bundle> {
  return signStatement(
    { _type: statementType, subject, predicateType, predicate: predicate as Record<string, unknown> },
    localSigner(key.privateKeyPem),
  );
}

/** The input of a publish of this bundle. */
export function inputOf(bundle: Bundle, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { service, releaseId, bundle, ...changes };
}
