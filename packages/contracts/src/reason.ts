import { z } from 'zod';

/** Every {@link Verdict}. */
export const verdicts = ['pass', 'fail', 'hold'] as const;
/** `pass` promotes, `fail` aborts, `hold` does neither. */
export const Verdict = z.enum(verdicts);
/** `pass` promotes, `fail` aborts, `hold` does neither. */
export type Verdict = z.infer<typeof Verdict>;

/** Every class of a reason: what breaks a rule, with or without a way round it, what is not known, and what is said besides. */
export const reasonClasses = ['breach', 'waivable_breach', 'missing_proof', 'note'] as const;
/** What a reason does to the verdict; a `note` does nothing and appears among the warnings only. */
export const ReasonClass = z.enum(reasonClasses);
export type ReasonClass = z.infer<typeof ReasonClass>;

/** UPPER_SNAKE_CASE, stable once shipped. */
export const ReasonCode = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, 'must be UPPER_SNAKE_CASE');

/** Numbers, codes and digests behind a reason, e.g. `measured`, `budget`, `unit`, `samples`, `window`, `source`, `evidenceId`. */
export const ReasonParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
export type ReasonParams = z.infer<typeof ReasonParams>;

/** A reason as the policy names it. */
export const PolicyReason = z.strictObject({ code: ReasonCode, class: ReasonClass, params: ReasonParams });
/** A reason as a person reads it; `message` and `fix` are rendered from the policy's METADATA. */
export const Reason = z.object({ code: ReasonCode, class: ReasonClass, params: ReasonParams, message: z.string(), fix: z.string() });

/** What a policy answers; anything else is a hold. */
export const PolicyResult = z.strictObject({
  verdict: Verdict,
  reasons: z.array(PolicyReason).max(256),
  warnings: z.array(PolicyReason).max(256),
});

export type PolicyReason = z.infer<typeof PolicyReason>;
export type Reason = z.infer<typeof Reason>;
export type PolicyResult = z.infer<typeof PolicyResult>;
