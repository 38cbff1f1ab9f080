import type { Exception } from '@promotable/contracts/graphql';
import { type ApprovalRules, missingRoles } from '../approval-rules.ts';
import { awaitsCountersign, type ExceptionRecord, stateOf } from '../exception-record.ts';

/** A record as the GraphQL API shows it. */
export function exceptionView(record: ExceptionRecord, rules: ApprovalRules, countersignWithinMs: number, now: number): Exception {
  const { id, kind, service, environment, stages, digests, codes, suite, rule, path, owner, reason, mitigation, ticket, bundle } = record;
  const mustCountersign = awaitsCountersign(record) && record.issuedAt !== null;
  return {
    ...{ id, kind, service, environment, suite, rule, path, owner, reason, mitigation, ticket, bundle },
    stages: [...stages],
    digests: [...digests],
    codes: [...codes],
    state: stateOf(record, now),
    requestedBy: record.requestedBy,
    requestedAt: iso(record.requestedAt),
    issuedAt: record.issuedAt === null ? null : iso(record.issuedAt),
    expiresAt: iso(record.expiresAt),
    missingRoles: missingRoles(rules, record),
    countersignBy: mustCountersign ? iso((record.issuedAt ?? 0) + countersignWithinMs) : null,
    acts: record.acts.map(({ type, actor, at, role, note }) => ({ type, actor, at: iso(at), role, note })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
