import { EvidenceError } from '../evidence-error.ts';
import { callerRefusal } from '../publish/answer.ts';
import type { Publishable } from '../publish/publishable.ts';
import type { Published, Publisher } from '../publish/publisher.ts';
import type { EvidenceReceipt } from '../publish/receipt.ts';
import type { Spool, SpoolEntry, SpoolLease, SpoolRecord } from './spool.ts';
import { damagedRecord } from './spool-error.ts';
import { parsePublishable } from './spooled-evidence.ts';

/** What waits, and where it goes. */
export interface ReplayOptions {
  readonly spool: Spool;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** How long a record is ours, milliseconds; longer than the publisher may take. @default 300000 */
  readonly leaseMs?: number;
  /** Ends after the record in flight is given back. @default none */
  readonly signal?: AbortSignal | undefined;
  /** Told after each record. @default nobody is told */
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined;
}

/** What became of one record, and how far the replay is. */
export interface ReplayProgress {
  readonly statementDigest: string;
  /** `kept`: waits on, `error` says why. */
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'kept';
  /** Null for a record that MC has. */
  readonly receipt: EvidenceReceipt | null;
  readonly error: EvidenceError | null;
  /** Records tried so far, this one included. */
  readonly done: number;
  /** Records to try; grows when others are put meanwhile. */
  readonly of: number;
}

/** Counts of this replay, and of what is left in the spool. */
export interface Replayed {
  readonly accepted: number;
  readonly duplicate: number;
  /** Refused for good in this replay; kept in the spool with the reason. */
  readonly refused: number;
  /** Records that still wait or are being sent by another replay. */
  readonly remaining: number;
  /** Records too old to be sent; a person decides. */
  readonly expired: number;
  /** Records that lie aside at the end, refused or damaged, in this replay or before; a person decides. */
  readonly setAside: number;
  /** Why it ended before the spool was empty: MC away, token refused, aborted. */
  readonly stopped: EvidenceError | null;
}

/**
 * Sends what waits in a spool, each record once, however many replays run. A record that MC refuses for good is set aside; one whose signer
 * is not trusted yet, or that the token may not publish, is passed over; when MC is away or refuses the token, the replay ends and nothing is lost.
 * @throws {EvidenceError} `SPOOL_UNAVAILABLE`
 */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { spool, publisher, leaseMs = 300_000, signal, onProgress = () => undefined } = options;
  const counts = { accepted: 0, duplicate: 0, refused: 0 };
  const tried = new Set<string>();
  const sendable = countOf(await spool.list(), 'waiting');
  let stopped: EvidenceError | null = null;
  while (stopped === null) {
    if (signal?.aborted) {
      stopped = new EvidenceError('ABORTED', 'the replay was aborted');
      break;
    }
    const lease = await spool.lease({ leaseMs, except: tried });
    if (lease === null) break;
    const { statementDigest } = lease.record;
    tried.add(statementDigest);
    const sent = await send(publisher, lease.record, signal).catch(async (error: unknown) => {
      await spool.release(lease, { failed: false });
      throw error;
    });
    const outcome = await settle(spool, lease, sent);
    if (outcome !== 'kept') counts[outcome]++;
    const { receipt, error } = sent;
    onProgress({ statementDigest, outcome, receipt, error, done: tried.size, of: Math.max(sendable, tried.size) });
    if (error !== null && isAboutAll(error)) stopped = error;
  }
  const entries = await spool.list();
  return {
    ...counts,
    remaining: countOf(entries, 'waiting') + countOf(entries, 'leased'),
    expired: countOf(entries, 'expired'),
    setAside: countOf(entries, 'refused'),
    stopped,
  };
}

type Sent = (Pick<Published, 'outcome' | 'receipt'> & { readonly error: null }) | { readonly receipt: null; readonly error: EvidenceError };

/** Rejects with what is neither MC's answer nor the record's fault. */
async function send(publisher: ReplayOptions['publisher'], record: SpoolRecord, signal: AbortSignal | undefined): Promise<Sent> {
  const evidence = evidenceOf(record);
  if (evidence === null) return { receipt: null, error: new EvidenceError('SPOOL_DAMAGED', damagedRecord.message) };
  try {
    const { outcome, receipt } = await publisher.publish(evidence, { idempotencyKey: record.idempotencyKey, signal });
    return { outcome, receipt, error: null };
  } catch (error) {
    if (error instanceof EvidenceError) return { receipt: null, error };
    throw error;
  }
}

async function settle(spool: Spool, lease: SpoolLease, sent: Sent): Promise<ReplayProgress['outcome']> {
  if (sent.error === null) {
    await spool.complete(lease);
    return sent.outcome;
  }
  const { code, message, faults } = sent.error;
  const verdict = judge(sent.error);
  if (verdict === 'refuse') return (await spool.refuse(lease, { code, message, faults })) ? 'refused' : 'kept';
  await spool.release(lease, { failed: verdict !== 'blameless' });
  return 'kept';
}

/** Null when the bytes are no longer those of the statement. */
function evidenceOf({ bytes, statementDigest }: SpoolRecord): Publishable | null {
  try {
    const evidence = parsePublishable(bytes);
    return evidence.statementDigest === statementDigest ? evidence : null;
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
}

/** What a failed publish means for the record. */
function judge(error: EvidenceError): 'refuse' | 'failed' | 'blameless' {
  // Stopped, or without a valid token: that says nothing about the record.
  if (error.code === 'ABORTED' || error.code === 'TOKEN_UNREADABLE' || callerRefusal(error) === 401) return 'blameless';
  // Another token may speak for the service, or the signer may be trusted later.
  if (callerRefusal(error) === 403 || error.retryable) return 'failed';
  return 'refuse';
}

/** Whether it would be the same for every other record: MC is away, or takes no word of this caller. */
function isAboutAll(error: EvidenceError): boolean {
  if (callerRefusal(error) === 403 || error.code === 'SIGNATURE_UNTRUSTED') return false;
  return error.retryable || judge(error) === 'blameless';
}

function countOf(entries: readonly SpoolEntry[], state: SpoolEntry['state']): number {
  return entries.filter((entry) => entry.state === state).length;
}
