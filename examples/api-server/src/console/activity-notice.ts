// What one MC tells all MCs on its database: something about a release is new. Carries names, never content.
import { z } from 'zod';

/** PostgreSQL channel of the notices. */
export const channel = 'promotable_activity';

export const ActivityNotice = z.object({
  tenant: z.string(),
  /** `sealed`: entries of the tenant got their place in the ledger; no release is named. */
  what: z.enum(['evidence', 'decision', 'sealed']),
  service: z.string().nullable(),
  releaseId: z.string().nullable(),
});
export type ActivityNotice = z.infer<typeof ActivityNotice>;
