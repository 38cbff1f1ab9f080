// From a record to what the policy is told of it. Whether it counts is the policy's to say.
import type { ExceptionFact } from '@promotable/contracts';
import type { ExceptionRecord } from './exception-record.ts';
import { type ExceptionTrust, isVerified } from './verify-exception.ts';

const notStated = { absent: 'NOT_STATED' } as const;
const notApplicable = { absent: 'NOT_APPLICABLE' } as const;

/** What the policy is told of an exception that is, or was, in force. */
export function exceptionFact(record: ExceptionRecord, trust: ExceptionTrust): ExceptionFact {
  const { id, kind, codes, digests, environment, stages, rule, path, suite, issuedAt, expiresAt, revokedAt } = record;
  const endsAt = Math.min(expiresAt, revokedAt ?? expiresAt);
  return {
    kind,
    id,
    codes: [...codes],
    digests: [...digests],
    environment,
    stages: [...stages],
    rule: rule ?? notStated,
    path: path ?? notStated,
    suite: suite ?? notStated,
    verified: isVerified(record, trust),
    countersigned: kind === 'break_glass' ? record.countersignedAt !== null : notApplicable,
    activeForMs: trust.now - (issuedAt ?? endsAt),
    expiresInMs: endsAt - trust.now,
  };
}
