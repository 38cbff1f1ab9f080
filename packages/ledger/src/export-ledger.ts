import { canonicalize } from '@promotable/attest';
import type { StreamId } from './entry.ts';
import { type ExportLine, exportSchema } from './export-lines.ts';
import type { Ledger, StoredCheckpoint } from './ledger.ts';

/** How a log is exported. */
export interface ExportLedgerOptions {
  /** Stops between two pages. @default none */
  readonly signal?: AbortSignal;
  /** Entries read at a time. @default 500 */
  readonly pageSize?: number;
}

/**
 * One stream as JSON Lines (without line ends), up to the head at the time of the call, in constant memory.
 * Tells what the store holds, altered or not; {@link verifyLedgerExport} judges it.
 */
export async function* exportLedger(
  ledger: Ledger,
  stream: StreamId,
  { signal, pageSize = 500 }: ExportLedgerOptions = {},
): AsyncGenerator<string, void> {
  const { epoch, position: end, unsealed } = await ledger.head(stream);
  const { tenant, stream: name } = stream;
  yield lineOf({ kind: 'header', schema: exportSchema, tenant, stream: name, epoch, position: end, unsealed });
  for (let after = 0; after < end; ) {
    signal?.throwIfAborted();
    const page = (await ledger.entries(stream, { after, limit: pageSize })).filter(({ position }) => position <= end);
    const last = page.at(-1);
    if (last === undefined) return;
    const checkpoints = await checkpointsBetween(ledger, stream, after, last.position);
    for (const entry of page) {
      yield lineOf({ kind: 'entry', ...entry });
      while (checkpoints[0]?.position === entry.position) yield checkpointLine(checkpoints.shift() as StoredCheckpoint);
    }
    // Left over when entries are missing: they must not be missing too.
    for (const checkpoint of checkpoints) yield checkpointLine(checkpoint);
    after = last.position;
  }
}

async function checkpointsBetween(ledger: Ledger, stream: StreamId, after: number, last: number): Promise<StoredCheckpoint[]> {
  return (await ledger.checkpoints(stream, { after, limit: last - after })).filter(({ position }) => position <= last);
}

function checkpointLine({ bundle }: StoredCheckpoint): string {
  return lineOf({ kind: 'checkpoint', bundle });
}

function lineOf(line: ExportLine): string {
  return canonicalize(line);
}
