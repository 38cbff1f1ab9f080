// Beside a bundle only the signed bytes count: whatever else a caller gives must say the same.
import type { EvidencePredicate, Fault } from '@promotable/contracts';
import { isDeepStrictEqual } from 'node:util';
import { faulty } from '../fault-list.ts';
import { durationMs } from './duration.ts';
import { statedBy, windowMsOf } from './evidence-bundle.ts';
import { CostClaim, type EvidenceInput } from './evidence-input.ts';

/** @throws {EvidenceError} `BUNDLE_MISMATCH` naming every field that differs from what is signed */
export function requireSame(input: EvidenceInput, predicate: EvidencePredicate): void {
  const signed = statedBy(predicate);
  const differing: string[] = [];
  const compare = (path: string, given: unknown, stated: unknown): void => {
    if (given !== undefined && given !== null && !isDeepStrictEqual(given, stated)) differing.push(path);
  };
  compare('/service', input.service, predicate.service);
  compare('/releaseId', input.releaseId, predicate.releaseId);
  compare('/environment', input.environment, signed.environment);
  compare('/stage', input.stage, signed.checkpoint);
  // The SDL's default for an omitted list is an empty one, so an empty list states nothing.
  if (input.artifacts && input.artifacts.length > 0) compare('/artifacts', sorted(input.artifacts), sorted(signed.artifacts));
  for (const field of ['service', 'p95Ms', 'p99Ms', 'errorRate'] as const)
    compare(`/slo/${field}`, input.slo?.[field], signed.slo?.[field]);
  if (input.slo && durationMs(input.slo.window) !== (signed.slo === null ? null : windowMsOf(predicate))) differing.push('/slo/window');
  compareCost(input.cost, signed.cost, differing);
  const faults = differing.map(
    (path): Fault => ({ path, code: 'differs_from_bundle', message: 'must equal what is signed, or be left out' }),
  );
  if (faults.length > 0) throw faulty('BUNDLE_MISMATCH', 'evidence', faults);
}

function compareCost(given: EvidenceInput['cost'], signed: unknown, differing: string[]): void {
  if (given === undefined || given === null) return;
  const claim = CostClaim.safeParse(given);
  if (!claim.success || signed === null) {
    differing.push('/cost');
    return;
  }
  for (const [field, value] of Object.entries(claim.data)) {
    if (value !== null && value !== (signed as Record<string, unknown>)[field]) differing.push(`/cost/${field}`);
  }
}

function sorted(artifacts: readonly { readonly type: string; readonly sha256: string }[]): string[] {
  return artifacts.map(({ type, sha256 }) => `${type} ${sha256}`).sort();
}
