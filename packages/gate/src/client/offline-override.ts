// An override that somebody signed for the time MC cannot be reached: it alone lets its digests go on, at its stages, until it ends.
import { digestOf, type KeySet, listedKeys, resolveKey, verifyBundle } from '@promotable/attest';
import { Override, predicateTypes, type Statement } from '@promotable/contracts';
import type { VerifyDecisionOptions } from './verify-decision.ts';

/** Longest time that an override may count without MC, which could have revoked it, milliseconds. */
const longestMs = 4 * 3_600_000;
/** A clock may be behind the one that dated it by this much, milliseconds. */
const clockToleranceMs = 60_000;

/**
 * The override among `bundles` that covers exactly this question now; null where none does. Signed by a key of the use `override` that is in force,
 * made for a gate without MC, for this tenant, service, environment and stage, and for every digest asked about, of which there is at least one.
 */
export function offlineOverride(bundles: readonly unknown[], options: VerifyDecisionOptions): Override | null {
  for (const bundle of bundles) {
    const override = verifiedOverride(bundle, options.keySet, options.now);
    if (override !== null && covers(override, options)) return override;
  }
  return null;
}

function verifiedOverride(bundle: unknown, keySet: KeySet, now: number): Override | null {
  try {
    const { statement, keyId } = verifyBundle(bundle, listedKeys(keySet, 'override'));
    const parsed = Override.safeParse(statement.predicate);
    if (statement.predicateType !== predicateTypes.override || !parsed.success || !isAbout(statement, parsed.data)) return null;
    return resolveKey(keySet, keyId, { use: 'override', at: now }).status === 'trusted' ? parsed.data : null;
  } catch {
    return null;
  }
}

/** First subject: sha256 of RFC 8785 `{tenant, service, environment, kind, id}`; the digests follow. */
function isAbout(statement: Statement, { tenant, service, environment, kind, id, digests }: Override): boolean {
  const wanted = [digestOf({ tenant, service, environment, kind, id }), ...digests.map((digest) => digest.slice('sha256:'.length))];
  return statement.subject.length === wanted.length && wanted.every((sha256, index) => statement.subject[index]?.digest.sha256 === sha256);
}

function covers(override: Override, { question, now }: VerifyDecisionOptions): boolean {
  const [issuedAt, expiresAt] = [Date.parse(override.issuedAt), Date.parse(override.expiresAt)];
  return (
    // In shadow nothing waits to go on.
    question.shadow !== true &&
    override.offline &&
    issuedAt <= now + clockToleranceMs &&
    now < expiresAt &&
    now < issuedAt + longestMs &&
    // Without a tenant known there is nothing to hold it against.
    override.tenant === question.tenant &&
    override.service === question.service &&
    override.environment === question.environment &&
    override.stages.includes(question.stage) &&
    question.digests.length > 0 &&
    question.digests.every((digest) => override.digests.includes(digest))
  );
}
