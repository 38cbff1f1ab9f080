import { IdempotencyKey, Instant, Sha256Hex } from '@promotable/contracts';
import { z } from 'zod';

/** What MC gives for an accepted record. */
export const EvidenceReceipt = z.object({
  statementDigest: Sha256Hex,
  idempotencyKey: IdempotencyKey,
  receivedAt: Instant,
  /** Order of arrival in the tenant's ledger. */
  ledgerSequence: z.string().regex(/^\d{1,20}$/, 'must be a whole number'),
  /** Position in the chain; null until it is sealed, which takes a second. */
  ledgerPosition: z.union([z.int().nonnegative(), z.null()]),
});
export type EvidenceReceipt = z.infer<typeof EvidenceReceipt>;
