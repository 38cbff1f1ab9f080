// Why a question could not be decided, as a reason a person can act on. Details stay in the log.
import type { PolicyReason, Reason } from '@promotable/contracts';
import { GateError } from '../gate-error.ts';
import type { ReasonRenderer } from '../policy-engine.ts';

/** The hold that a fault of the gate is; whatever is unknown is a fault inside. */
export function faultOf(error: unknown): PolicyReason {
  if (!(error instanceof GateError)) return missing('INTERNAL');
  if (error.code === 'FACTS_INVALID') return missing('UNKNOWN_SHAPE', { path: error.faults[0]?.path ?? '' });
  if (error.code === 'FACTS_TOO_LARGE') return missing('POLICY_FAILED', { cause: error.message });
  return error.code === 'POLICY_NOT_LOADED'
    ? missing('POLICY_FAILED', { cause: 'the active policy is not loaded here' })
    : missing('INTERNAL');
}

/** Words must not fail where the verdict already did: a reason without a text names its code. */
export function inWords(reason: PolicyReason, render: ReasonRenderer): Reason {
  try {
    return render(reason);
  } catch {
    return {
      ...reason,
      message: `The gate could not decide: ${reason.code}.`,
      fix: 'Ask again; if it stays, look at the log and the readiness of MC.',
    };
  }
}

function missing(code: string, params: PolicyReason['params'] = {}): PolicyReason {
  return { code, class: 'missing_proof', params };
}
