import { z } from 'zod';
import { Digest, EnvironmentName, Instant, Stage } from './primitives.ts';
import { ReasonCode } from './reason.ts';
import { SignedLine, SignedWords } from './signed-words.ts';

/** Predicate of `https://promotable.dev/attestation/waiver/v1`: who accepts which breach, why, and until when. Expired = absent. */
export const Waiver = z.strictObject({
  id: z.string().min(1).max(128),
  subject: z.strictObject({
    digests: z.array(Digest).min(1).max(256),
    /** Reason codes that it turns into warnings. */
    codes: z.array(ReasonCode).min(1).max(64),
    /** One suite of tests; turns nothing yet, as the policy knows tests only as a whole. */
    suite: z.string().max(128).optional(),
    /** A finding by its id, e.g. a CVE: exactly such findings no longer count, and no whole reason is turned. */
    rule: z.string().min(1).max(128).optional(),
    /** Narrows `rule` to one place, e.g. the package URL of a component; says nothing without it. */
    path: z.string().min(1).max(512).optional(),
  }),
  environment: EnvironmentName,
  stages: z.array(Stage).min(1).max(100),
  owner: SignedLine,
  justification: SignedWords,
  mitigation: SignedWords,
  ticket: SignedLine,
  approvals: z
    .array(z.strictObject({ role: z.string().min(1).max(128), actor: z.string().min(1).max(256), approvedAt: Instant }))
    .min(1)
    .max(32),
  issuedAt: Instant,
  expiresAt: Instant,
});
export type Waiver = z.infer<typeof Waiver>;
