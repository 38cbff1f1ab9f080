// Whether a bundle is a list of proven digests of one place that counts now, and what it lets go back. Everything else is a hold.
import { type KeySet, listedKeys, resolveKey, type VerifiedBundle, verifyBundle } from '@promotable/attest';
import { type Bundle, predicateTypes, ProvenList } from '@promotable/contracts';
import type { ResolvedQuestion } from '../gate-question.ts';
import { isAboutPlace } from '../proven-statement.ts';
import { causeOf, Hold } from './hold.ts';

/** A list may be dated this much ahead of the clock, milliseconds. */
const clockToleranceMs = 60_000;
/** Longest time that a list may count, whatever end it states, milliseconds. */
const longestMs = 7 * 86_400_000;

/** Whose list, by whose keys, and when. */
export interface VerifyProvenOptions {
  readonly keySet: KeySet;
  /** Null where none is known; any is taken then. */
  readonly tenant: string | null;
  readonly service: string;
  readonly environment: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A list that was verified. */
export interface VerifiedProven {
  readonly list: ProvenList;
  readonly statementDigest: string;
  readonly bundle: Bundle;
}

/** @throws {Hold} `DECISION_UNVERIFIED`, `DECISION_FOREIGN`, `DECISION_EXPIRED` */
export function verifyProven(input: unknown, { keySet, tenant, service, environment, now }: VerifyProvenOptions): VerifiedProven {
  const { statement, statementDigest, keyId, bundle } = opened(input, keySet);
  const parsed = ProvenList.safeParse(statement.predicate);
  if (statement.predicateType !== predicateTypes.proven || !parsed.success) throw unverified('it is no list of proven digests');
  const list = parsed.data;
  if (!isAboutPlace(statement.subject, list)) throw unverified('its subject is not that of the list');
  const issuedAt = Date.parse(list.issuedAt);
  for (const at of [issuedAt, now]) {
    const { status } = resolveKey(keySet, keyId, { use: 'decision', at });
    if (status !== 'trusted') throw unverified(`the key is ${status}`);
  }
  const same: Record<string, boolean> = {
    tenant: tenant === null || list.tenant === tenant,
    service: list.service === service,
    environment: list.environment === environment,
  };
  for (const [field, isSame] of Object.entries(same)) if (!isSame) throw new Hold('DECISION_FOREIGN', { field });
  if (issuedAt - now > clockToleranceMs) throw unverified(`it is dated ${((issuedAt - now) / 1000).toFixed(1)} s ahead of the clock`);
  const end = Math.min(Date.parse(list.expiresAt), issuedAt + longestMs);
  if (now >= end) throw new Hold('DECISION_EXPIRED', { age: now - end });
  return { list, statementDigest, bundle };
}

/** Whether what is asked about is a way back: proven whole, and neither withdrawn nor left by a rollback. */
export function isWayBack(
  { proven, suspect, revoked }: ProvenList,
  { releaseId, digests, shadow }: Omit<ResolvedQuestion, 'tenant'>,
): boolean {
  if (shadow === true || digests.length === 0 || digests.some((digest) => revoked.includes(digest))) return false;
  if (suspect.some((artifacts) => covers(artifacts, digests))) return false;
  // Only the release itself may be asked about in part: a container that another release shares must not let the rest of that one pass.
  return proven.some(
    (artifacts) => covers(artifacts, digests) && (artifacts.releaseId === releaseId || artifacts.digests.length === digests.length),
  );
}

function covers({ digests }: { readonly digests: readonly string[] }, asked: readonly string[]): boolean {
  return asked.every((digest) => digests.includes(digest));
}

function opened(input: unknown, keySet: KeySet): VerifiedBundle {
  try {
    return verifyBundle(input, listedKeys(keySet, 'decision'));
  } catch (cause) {
    throw unverified(causeOf(cause), cause);
  }
}

function unverified(cause: string, error?: unknown): Hold {
  return new Hold('DECISION_UNVERIFIED', { cause }, { cause: error });
}
