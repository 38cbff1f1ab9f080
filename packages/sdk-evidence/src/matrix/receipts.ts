// What MC has taken, kept on this side, so that a second run sends only what is missing.
import { appendFile, readFile } from 'node:fs/promises';
import { type Clock, Instant, Sha256Hex } from '@promotable/contracts';
import { z } from 'zod';
import { isFileError, writeDurably } from '../durable-file.ts';
import { EvidenceReceipt } from '../publish/receipt.ts';

const Kept = z.object({ mc: z.string(), keptAt: Instant, statementDigest: Sha256Hex, receipt: EvidenceReceipt });
type Kept = z.infer<typeof Kept>;

/** How receipts are kept. */
export interface ReceiptsOptions {
  /** URL of the MC that gave them: another one has none of it. */
  readonly mc: string;
  /** Older ones are forgotten, and their records sent again, which MC answers as duplicates; milliseconds. @default 3888000000 (45 days) */
  readonly maxAgeMs?: number;
  /** @default the clock of this machine */
  readonly clock?: Pick<Clock, 'now'>;
}

/** The receipts of one file, one JSON object a line. */
export interface Receipts {
  /** The receipt of a statement; null where there is none. */
  of(statementDigest: string): EvidenceReceipt | null;
  /** Kept once it resolves. */
  keep(receipt: EvidenceReceipt): Promise<void>;
}

/**
 * Opens a file of receipts, made when it is not there. A line that was cut short or damaged is a receipt that is not there: its record is
 * sent again and answered as a duplicate. Rejects with the file system's own error.
 */
export async function openReceipts(
  path: string,
  { mc, maxAgeMs = 45 * 86_400_000, clock = { now: () => Date.now() } }: ReceiptsOptions,
): Promise<Receipts> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return '';
    throw error;
  });
  const oldest = clock.now() - maxAgeMs;
  const read = text.split('\n').flatMap((line) => keptOf(line) ?? []);
  const kept = read.filter(({ keptAt }) => Date.parse(keptAt) > oldest);
  const lines = kept.map(lineOf).join('');
  // Also mends a last line without its end, to which the next receipt would be glued.
  if (lines !== text) await writeDurably(path, lines, { mode: 0o600 });
  const receipts = new Map(kept.filter((one) => one.mc === mc).map(({ statementDigest, receipt }) => [statementDigest, receipt]));
  return {
    of: (statementDigest) => receipts.get(statementDigest) ?? null,
    async keep(receipt) {
      const { statementDigest } = receipt;
      receipts.set(statementDigest, receipt);
      const keptAt = new Date(clock.now()).toISOString();
      await appendFile(path, lineOf({ mc, keptAt, statementDigest, receipt }), { mode: 0o600, flush: true });
    },
  };
}

function lineOf(kept: Kept): string {
  return `${JSON.stringify(kept)}\n`;
}

function keptOf(line: string): Kept | null {
  try {
    return Kept.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
