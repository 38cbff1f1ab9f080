// Whether a signed exception still counts: its signature, its key now, and that it says exactly what it is kept as.
import { canonicalize, type KeySet, listedKeys, resolveKey, verifyBundle, type VerifiedBundle } from '@promotable/attest';
import { Override, predicateTypes } from '@promotable/contracts';
import { type ApprovalRules, missingRoles } from './approval-rules.ts';
import { type ExceptionRecord, putIntoForce } from './exception-record.ts';
import { exceptionStatement, isAbout } from './exception-statement.ts';
import { GovernanceError } from './governance-error.ts';

/** What exceptions are judged by. */
export interface ExceptionTrust {
  readonly keySet: KeySet;
  readonly rules: ApprovalRules;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * A bundle signed by a key of the use `override` that is in force, or was when MC came to know of it (`knownSince`), and is not revoked: what a retired
 * key is said to have signed earlier proves nothing, for the date of a statement is its signer's word.
 * @throws {AttestError} as `verifyBundle`; {@link GovernanceError} `OVERRIDE_UNTRUSTED` (422)
 */
export function verifyExceptionBundle(bundle: unknown, keySet: KeySet, now: number, knownSince: number): VerifiedBundle {
  const verified = verifyBundle(bundle, listedKeys(keySet, 'override'));
  const standing = resolveKey(keySet, verified.keyId, { use: 'override', at: now });
  if (standing.status === 'trusted' || (standing.status === 'retired' && knownSince < Date.parse(standing.notAfter))) return verified;
  throw new GovernanceError('OVERRIDE_UNTRUSTED', `the key ${verified.keyId} is ${standing.status}`, { status: 422 });
}

/** Whether the signed statement says exactly what the record does, and its approvals suffice by the rules of now. Never throws. */
export function isVerified(record: ExceptionRecord, { keySet, rules, now }: ExceptionTrust): boolean {
  if (record.bundle === null || missingRoles(rules, record).length > 0) return false;
  try {
    const { statement } = verifyExceptionBundle(record.bundle, keySet, now, knownSince(record));
    return canonicalize(statement) === canonicalize(exceptionStatement(record));
  } catch {
    return false;
  }
}

/** When it came into force here; an act that signed nothing does not count. */
function knownSince({ acts }: ExceptionRecord): number {
  return acts.findLast(({ type }) => putIntoForce.has(type))?.at ?? Number.POSITIVE_INFINITY;
}

/** What a signed override says, seen for the first time now. @throws {AttestError} as `verifyBundle`; {@link GovernanceError} `OVERRIDE_UNTRUSTED` (422) */
export function verifiedOverride(
  bundle: unknown,
  keySet: KeySet,
  now: number,
): { readonly override: Override; readonly verified: VerifiedBundle } {
  const verified = verifyExceptionBundle(bundle, keySet, now, now);
  const { statement } = verified;
  const override = Override.safeParse(statement.predicate);
  if (statement.predicateType !== predicateTypes.override || !override.success || !isAbout(statement, override.data, override.data.digests))
    throw new GovernanceError('OVERRIDE_UNTRUSTED', 'the statement is no override', { status: 422 });
  return { override: override.data, verified };
}
