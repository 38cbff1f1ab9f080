// The lines of an export, as JSON Lines in RFC 8785 form: one header, then entries by position, each checkpoint behind its entry.
import { Count, Sha256Hex } from '@promotable/contracts';
import { z } from 'zod';
import { LedgerEntry, StreamId } from './entry.ts';

export const exportSchema = 'https://promotable.dev/ledger-export/v1';

const Position = z.int().min(1);

const HeaderLine = StreamId.extend({
  kind: z.literal('header'),
  schema: z.literal(exportSchema),
  epoch: z.uuid(),
  /** Position of the last entry of the export; 0 when there is none. */
  position: Count,
  /** Entries that waited for a position when the export began. */
  unsealed: Count,
});

const EntryLine = LedgerEntry.extend({
  kind: z.literal('entry'),
  ingestSequence: Count,
  position: Position,
  previousHash: Sha256Hex,
  hash: Sha256Hex,
});

/** The bundle is read strictly where its signature is verified. */
const CheckpointLine = z.strictObject({ kind: z.literal('checkpoint'), bundle: z.unknown() });

export const ExportLine = z.discriminatedUnion('kind', [HeaderLine, EntryLine, CheckpointLine]);
export type ExportLine = z.infer<typeof ExportLine>;
export type HeaderLine = z.infer<typeof HeaderLine>;
