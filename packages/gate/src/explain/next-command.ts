// The one command to type next: what heals a hold, what looks into a fail.
import type { DecisionPredicate } from '@promotable/contracts';

/** Reasons that looking at the evidence on record explains. */
const evidenceCodes = new Set([
  'NO_EVIDENCE',
  'TESTS_ABSENT',
  'SBOM_ABSENT',
  'STALE',
  'SIGNATURE_UNTRUSTED',
  'SIGNER_REVOKED',
  'SAMPLES_UNKNOWN',
  'NOT_MEASURED',
  'DIGEST_MISMATCH',
  'DIGEST_MISSING',
  'TESTS_FAILED',
  'SBOM_EMPTY',
  'TOO_MANY_ATTEMPTS',
]);

/** A line for the shell; names of services and releases need no quoting. */
export function nextCommand({ id, verdict, subject, reasons }: DecisionPredicate): string {
  const { service, releaseId, environment, stage } = subject;
  const release = `--service ${service} --release ${releaseId}`;
  if (verdict === 'pass') return `mc decision export ${id}`;
  if (evidenceCodes.has(reasons[0]?.code ?? '')) return `mc evidence status ${release}`;
  if (verdict === 'hold') return `mc gate rollout ${release} --environment ${environment} --stage ${stage ?? ''} --wait`;
  return `mc policy thresholds --service ${service} --environment ${environment}`;
}
