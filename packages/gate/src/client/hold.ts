// Holds that a client reports about itself; their codes and texts are the policy's (`promotable.client`).
import type { PolicyReason } from '@promotable/contracts';

/** Why a client holds although, or because, MC did not say so. */
export type ClientCode =
  | 'MC_UNREACHABLE'
  | 'UNAUTHENTICATED'
  | 'QUESTION_REFUSED'
  | 'ANSWER_UNREADABLE'
  | 'DECISION_UNVERIFIED'
  | 'DECISION_EXPIRED'
  | 'DECISION_OUTDATED'
  | 'DECISION_FOREIGN'
  | 'INTERNAL';

/** Thrown inside the client to end in a hold; never leaves it. */
export class Hold extends Error {
  readonly reason: PolicyReason;

  constructor(code: ClientCode, params: PolicyReason['params'] = {}, options: { readonly cause?: unknown } = {}) {
    super(code, options);
    this.reason = { code, class: 'missing_proof', params };
  }
}

/** Any failure as a hold: what is not understood is one of ours. */
export function holdOf(error: unknown): Hold {
  return error instanceof Hold ? error : new Hold('INTERNAL', {}, { cause: error });
}

/** What a person may read of an error from outside: our own words, or its code. */
export function causeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error';
}
