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

/** How long the command asks again; the gate of a rollout waits longer, a person less. */
const wait = '10m';

/**
 * A line for the shell that works as typed: it asks the very question that was decided.
 * @param layer of the policy, from the record; it is not signed, so it is shown only where it is a plain name
 */
export function nextCommand({ id, verdict, subject, reasons, digests, podTemplateHash }: DecisionPredicate, layer: string): string {
  const { service, releaseId, environment, stage } = subject;
  const release = `--service ${service} --release ${releaseId}`;
  if (verdict === 'pass') return `mc decision export ${id}`;
  if (evidenceCodes.has(reasons[0]?.code ?? '')) return `mc evidence status ${release}`;
  if (verdict === 'hold' && stage !== null && reasons[0]?.code !== 'UNKNOWN_STAGE') {
    const pods = podTemplateHash === null ? [] : [`--pod-template-hash ${podTemplateHash}`];
    const running = [...digests.map((digest) => `--digest ${digest}`), ...pods];
    return ['mc gate rollout', release, `--environment ${environment} --stage ${stage}`, ...running, `--wait ${wait}`].join(' ');
  }
  const named = /^[a-z][a-z0-9-]*$/.test(layer) ? ` --layer ${layer}` : '';
  return `mc policy thresholds --service ${service} --environment ${environment}${named}`;
}
