import { z } from 'zod';
import { Digest, EnvironmentName, Instant, ServiceName, Stage, TenantId } from './primitives.ts';
import { ReasonCode } from './reason.ts';
import { SignedLine, SignedWords } from './signed-words.ts';

/** How an override came about: by somebody who may grant them, or by one person on call, to be countersigned afterwards. */
export const OverrideKind = z.enum(['override', 'break_glass']);
export type OverrideKind = z.infer<typeof OverrideKind>;

/** Predicate of `https://promotable.dev/attestation/override/v1`: who goes on in spite of which reasons, why, and until when. Expired = absent. */
export const Override = z
  .strictObject({
    id: z.string().min(1).max(128),
    kind: OverrideKind,
    tenant: TenantId,
    service: ServiceName,
    environment: EnvironmentName,
    stages: z.array(Stage).min(1).max(100),
    digests: z.array(Digest).min(1).max(256),
    /** Reason codes that it turns into warnings. */
    codes: z.array(ReasonCode).min(1).max(64),
    actor: z.string().min(1).max(256),
    /** Who wrote the change, as the actor states; null where nobody needs to know. */
    author: SignedLine.nullable(),
    reason: SignedWords,
    ticket: SignedLine,
    /** Whether a gate that cannot reach MC may go on by it alone. */
    offline: z.boolean(),
    issuedAt: Instant,
    expiresAt: Instant,
  })
  .refine(({ issuedAt, expiresAt }) => Date.parse(expiresAt) > Date.parse(issuedAt), {
    path: ['expiresAt'],
    message: 'must lie after issuedAt',
  })
  .refine(({ kind, actor, author }) => kind === 'override' || (author !== null && author !== actor), {
    path: ['author'],
    message: 'must be named for break-glass, and be somebody else than the actor',
  });
export type Override = z.infer<typeof Override>;
