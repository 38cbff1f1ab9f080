// What the policy comes down to for such facts, as comparisons in TypeScript. It names no reasons, knows no layers and checks no shape: a floor, not a policy.
import type { RolloutFacts, Verdict } from '@promotable/contracts';

export function verdictByHand({ request, release, items: { sbom, tests, scan, slo } }: RolloutFacts): Verdict {
  if ('absent' in sbom || 'absent' in tests || 'absent' in scan || 'absent' in slo || 'absent' in slo.previous) return 'hold';
  if (!request.digests.every((digest) => release.digests.includes(digest))) return 'fail';
  if (sbom.some(({ value }) => 'absent' in value || value.components === 0)) return 'fail';
  if (tests.some(({ value }) => 'absent' in value || value.failed + value.errors > 0)) return 'fail';
  if (scan.some(({ value }) => 'absent' in value || value.counts.critical > 0 || value.counts.high > 5)) return 'fail';
  const { canary, previous, windowMs, ageMs } = slo;
  if (canary.p95Ms > 350 && previous.canary.p95Ms > 350) return 'fail';
  if (canary.errorRate > 0.02 && previous.canary.errorRate > 0.02) return 'fail';
  const isEnough = typeof canary.samples === 'number' && canary.samples >= 149;
  return isEnough && windowMs >= 300_000 && ageMs <= 180_000 ? 'pass' : 'hold';
}
