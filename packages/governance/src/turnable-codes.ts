// Which reasons an exception may list. The policy judges it again whenever a gate asks; here the asker learns it at once.
import type { ReasonClass } from '@promotable/contracts';
import type { ExceptionKind } from './exception-record.ts';
import { GovernanceError } from './governance-error.ts';

/** What the policy says of a reason code; `null` for one that it does not know. */
export type ReasonLookup = (code: string) => { readonly class: ReasonClass; readonly integrity: boolean } | null;

/** @throws {GovernanceError} `NOT_TURNABLE` (422) with every code that is not */
export function requireTurnable(kind: ExceptionKind, codes: readonly string[], reasonOf: ReasonLookup): void {
  const faults = codes.flatMap((code, index) => {
    const why = whyNot(kind, reasonOf(code));
    return why === null ? [] : [{ path: `/codes/${index}`, code: 'not_turnable', message: `${code} ${why}` }];
  });
  if (faults.length === 0) return;
  throw new GovernanceError('NOT_TURNABLE', faults.map(({ message }) => message).join('; '), { faults, status: 422 });
}

function whyNot(kind: ExceptionKind, reason: ReturnType<ReasonLookup>): string | null {
  if (reason === null) return 'is no reason of the policy';
  if (reason.integrity) return 'is about integrity and can be neither waived nor overridden';
  if (reason.class === 'note') return 'is a note and stops nothing';
  if (kind === 'waiver' && reason.class !== 'waivable_breach') return 'cannot be waived; only an override turns it';
  return null;
}
