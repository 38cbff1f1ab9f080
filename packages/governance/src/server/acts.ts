// What can be done to an exception. Pure: from a record to the next one, or to the same one where it was done before.
import type { Principal } from '@promotable/contracts';
import { type ApprovalRules, holdsRole, missingRoles, requiredRoles } from '../approval-rules.ts';
import { approvalsOf, awaitsCountersign, type ExceptionAct, type ExceptionRecord, stateOf } from '../exception-record.ts';
import { forbidden, GovernanceError } from '../governance-error.ts';
import { fourEyes } from './new-exception.ts';

type Change = (record: ExceptionRecord) => ExceptionRecord;

/** The last approval that is missing puts the waiver into force, unsigned yet. */
export function approval(principal: Principal, role: string, rules: ApprovalRules, now: number): Change {
  return (record) => {
    const actor = principal.id;
    if (record.kind !== 'waiver') throw wrongState('only waivers are approved');
    const given = approvalsOf(record).find((one) => one.actor === actor);
    if (given?.role === role) return record;
    requireAlive(record, now, 'requested');
    if (actor === record.requestedBy || actor === record.owner) throw fourEyes('who asks for a waiver or owns it cannot approve it');
    if (given !== undefined) throw fourEyes(`you have approved it as ${given.role}; another role is for somebody else`);
    if (!requiredRoles(rules, record).includes(role))
      throw wrongState(`it needs no approval of the role ${role}: ${rolesLeft(rules, record)}`);
    if (!holdsRole(rules, role, actor)) throw forbidden();
    const approved = withAct(record, { type: 'waiver.approved', actor, at: now, role, note: null });
    if (missingRoles(rules, approved).length > 0) return approved;
    const granted = withAct(approved, { type: 'waiver.granted', actor, at: now, role: null, note: null });
    return { ...granted, issuedAt: now, revision: approved.revision };
  };
}

export function countersignature({ id: actor }: Principal, now: number): Change {
  return (record) => {
    if (record.kind !== 'break_glass') throw wrongState('only break-glass is countersigned');
    if (!awaitsCountersign(record)) {
      if (record.acts.some((act) => act.type === 'break-glass.countersigned' && act.actor === actor)) return record;
      throw wrongState('somebody else has countersigned it');
    }
    if ([record.requestedBy, record.author].includes(actor))
      throw fourEyes('who broke the glass, or wrote the change, cannot countersign it');
    return { ...withAct(record, { type: 'break-glass.countersigned', actor, at: now, role: null, note: null }), countersignedAt: now };
  };
}

export function revocation({ id: actor }: Principal, note: string, now: number): Change {
  return (record) => {
    if (record.revokedAt !== null) return record;
    if (stateOf(record, now) === 'expired') throw wrongState('it has expired');
    const type = record.kind === 'waiver' ? 'waiver.revoked' : record.kind === 'override' ? 'override.revoked' : 'break-glass.revoked';
    return { ...withAct(record, { type, actor, at: now, role: null, note }), revokedAt: now };
  };
}

function withAct(record: ExceptionRecord, act: ExceptionAct): ExceptionRecord {
  return { ...record, revision: record.revision + 1, acts: [...record.acts, act] };
}

function requireAlive(record: ExceptionRecord, now: number, wanted: 'requested'): void {
  const state = stateOf(record, now);
  if (state !== wanted) throw wrongState(state === 'in_force' ? 'it is in force already' : `it is ${state}`);
}

function rolesLeft(rules: ApprovalRules, record: ExceptionRecord): string {
  return `still missing is ${missingRoles(rules, record).join(', ')}`;
}

function wrongState(message: string): GovernanceError {
  return new GovernanceError('WRONG_STATE', message, { status: 409 });
}
