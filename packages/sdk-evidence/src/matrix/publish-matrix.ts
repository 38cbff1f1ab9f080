import { EvidenceError } from '../evidence-error.ts';
import type { EvidenceReceipt } from '../publish/receipt.ts';
import { publishOrSpool, type PublishOrSpoolOptions } from '../spool/publish-or-spool.ts';
import type { Spool } from '../spool/spool.ts';
import type { EvidenceSource } from './evidence-source.ts';
import type { MatrixEntry } from './matrix.ts';
import type { Receipts } from './receipts.ts';

/** What is sent, where it comes from, and where it goes. */
export interface PublishMatrixOptions extends Pick<PublishOrSpoolOptions, 'publisher' | 'events' | 'signal'> {
  readonly entries: readonly MatrixEntry[];
  readonly source: EvidenceSource;
  readonly spool: Pick<Spool, 'put' | 'discard'>;
  readonly receipts: Receipts;
  /** Entries at once. @default 8 */
  readonly parallel?: number | undefined;
  /** Told after each entry. @default nobody is told */
  readonly onProgress?: ((result: MatrixResult, done: number, of: number) => void) | undefined;
}

/** What became of one entry. */
export interface MatrixResult {
  readonly service: string;
  readonly releaseId: string;
  /**
   * `kept`: a receipt of an earlier run is there, nothing was sent. `unbuilt`: its files could not be read or built into evidence.
   * `unsent`: the run was stopped before.
   */
  readonly outcome: 'accepted' | 'duplicate' | 'kept' | 'spooled' | 'refused' | 'unbuilt' | 'unsent';
  /** The signed file; null where there is none. */
  readonly file: string | null;
  readonly statementDigest: string | null;
  readonly receipt: EvidenceReceipt | null;
  readonly error: EvidenceError | null;
}

/**
 * Publishes the releases of a matrix, some at once, each on its own: one that cannot be built, is refused or has to wait says nothing about
 * the others. What has a receipt is not sent again, so a second run repairs what is missing and nothing else.
 * @returns the results in the order of the entries
 */
export async function publishMatrix(options: PublishMatrixOptions): Promise<MatrixResult[]> {
  const { entries, parallel = 8, onProgress = () => undefined } = options;
  const results: MatrixResult[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      const result = await publishEntry(entries[index] as MatrixEntry, options);
      results[index] = result;
      onProgress(result, ++done, entries.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, entries.length) }, worker));
  return results;
}

async function publishEntry(entry: MatrixEntry, options: PublishMatrixOptions): Promise<MatrixResult> {
  const { service, releaseId } = entry;
  const nothing = { service, releaseId, file: null, statementDigest: null, receipt: null, error: null };
  if (options.signal?.aborted === true) return { ...nothing, outcome: 'unsent' };
  try {
    const { file, evidence } = await options.source(entry);
    const { statementDigest } = evidence;
    return { ...nothing, file, statementDigest, ...(await send(evidence, options)) };
  } catch (error) {
    if (error instanceof EvidenceError) return { ...nothing, outcome: 'unbuilt', error };
    throw error;
  }
}

type Sent = Pick<MatrixResult, 'outcome' | 'receipt' | 'error'>;

async function send(
  evidence: Parameters<typeof publishOrSpool>[0],
  { publisher, spool, receipts, events, signal }: PublishMatrixOptions,
): Promise<Sent> {
  const { statementDigest } = evidence;
  const before = receipts.of(statementDigest);
  if (before !== null) return { outcome: 'kept', receipt: before, error: null };
  try {
    const sent = await publishOrSpool(evidence, { publisher, spool, events, signal });
    if (sent.outcome === 'spooled') return { outcome: 'spooled', receipt: null, error: sent.error };
    await receipts.keep(sent.receipt);
    // An earlier run may have left it there. Where it stays, a replay sends it once more, which MC answers as a duplicate.
    await spool.discard(statementDigest).catch(() => false);
    return { outcome: sent.outcome, receipt: sent.receipt, error: null };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { outcome: error.code === 'ABORTED' ? 'unsent' : 'refused', receipt: null, error };
  }
}
