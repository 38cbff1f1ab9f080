// What one entry says: that something of a type happened to a subject, by an actor, at a time, and the digest of its body.
import { faultsOf, Sha256Hex, TenantId } from '@promotable/contracts';
import { canonicalBytes } from '@promotable/attest';
import { z } from 'zod';
import { LedgerError } from './ledger-error.ts';

/** Largest canonical form of an entry, in bytes; bodies live elsewhere, the ledger keeps their digest. */
export const maxEntryBytes = 2048;

/** Databases silently change what is no well-formed text; a changed byte would look like tampering. */
const Line = z
  .string()
  .min(1)
  .regex(/^\P{Cc}+$/u, 'must hold no control characters')
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** A log of a tenant. */
export const StreamId = z.strictObject({
  tenant: TenantId,
  /** One chain per tenant and stream, e.g. `evidence`. */
  stream: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, "." and "-", a letter first'),
});

/** What is appended: at most 2 kB, whose body is named by its digest. */
export const LedgerEntry = StreamId.extend({
  type: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, "." and "-", a letter first'),
  subject: Line.max(1024),
  /** SHA-256 in hex of whatever the entry stands for. */
  bodyDigest: Sha256Hex,
  actor: Line.max(512),
  /** UTC with milliseconds, as `Date.prototype.toISOString` writes it: one text per instant. */
  at: z.iso.datetime({ precision: 3, message: 'must be UTC with milliseconds, such as 2026-01-31T12:00:00.000Z' }),
});

/** Made once: a schema costs more to make than an entry to check. */
const LedgerEntries = z.array(LedgerEntry);

/** A log of a tenant. */
export type StreamId = z.infer<typeof StreamId>;
/** What is appended: at most 2 kB, whose body is named by its digest. */
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** An entry with its place in the chain. */
export interface SealedEntry extends LedgerEntry {
  /** Given by the store inside the writer's transaction; grows, may have gaps. */
  readonly ingestSequence: number;
  /** From 1, without gaps. */
  readonly position: number;
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** Checks entries all at once. @throws {LedgerError} `ENTRY_INVALID` with every fault, the index first in its path */
export function parseEntries(entries: readonly unknown[]): LedgerEntry[] {
  const parsed = LedgerEntries.safeParse(entries);
  if (!parsed.success) throw invalid(faultsOf(parsed.error));
  const faults = parsed.data.flatMap((entry, index) =>
    canonicalBytes(entry).length > maxEntryBytes
      ? [{ path: `/${index}`, code: 'too_big', message: `must be at most ${maxEntryBytes} bytes` }]
      : [],
  );
  if (faults.length > 0) throw invalid(faults);
  return parsed.data;
}

function invalid(faults: { path: string; code: string; message: string }[]): LedgerError {
  return new LedgerError('ENTRY_INVALID', `not a ledger entry: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, {
    faults,
    status: 400,
  });
}
