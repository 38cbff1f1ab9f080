// Why a question could not be decided, as a reason a person can act on.
import type { Reason } from '@promotable/contracts';
import { GateError } from '../gate-error.ts';
import type { JudgeFault } from '../judge.ts';
import type { ReasonRenderer } from '../policy-engine.ts';

export type FaultCode = JudgeFault | 'FACTS_TOO_LARGE' | 'POLICY_NOT_LOADED' | 'UPSTREAM_UNAVAILABLE';

/** What a fault of the gate is called; whatever is unknown is an outage behind the gate. */
export function faultCodeOf(error: unknown): FaultCode {
  if (!(error instanceof GateError)) return 'UPSTREAM_UNAVAILABLE';
  if (error.code === 'FACTS_INVALID') return 'UNKNOWN_SHAPE';
  return error.code === 'FACTS_TOO_LARGE' || error.code === 'POLICY_NOT_LOADED' ? error.code : 'UPSTREAM_UNAVAILABLE';
}

/** Words must not fail where the verdict already did: a reason without a text in the catalogue names its code. */
export function faultReason(code: FaultCode, render: ReasonRenderer): Reason {
  const reason = { code, class: 'missing_proof' as const, params: {} };
  try {
    return render(reason);
  } catch {
    return { ...reason, message: `The gate could not decide: ${code}.`, fix: 'Ask again; if it stays, look at the log and the readiness of MC.' };
  }
}
