import { parseSigned, type SignedEvidence } from '../build/signed-evidence.ts';
import { EvidenceError } from '../evidence-error.ts';
import { callerRefusal } from '../publish/answer.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Spool, SpoolRecord } from './spool.ts';

/** What waits, and where it goes. */
export interface ReplayOptions {
  readonly spool: Spool;
  readonly publisher: Publisher;
  /** How long a record is ours, milliseconds; longer than the publisher may take. @default 300000 */
  readonly leaseMs?: number;
  /** Ends after the record in flight is given back. @default none */
  readonly signal?: AbortSignal | undefined;
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
  /** Why it ended before the spool was empty: MC away, token refused, aborted. */
  readonly stopped: EvidenceError | null;
}

/**
 * Sends what waits in a spool, each record once, however many replays run. A record that MC refuses for good is set aside; one whose signer
 * is not trusted yet, or that the token may not publish, is passed over; when MC is away or refuses the token, the replay ends and nothing is lost.
 * @throws {EvidenceError} `SPOOL_UNAVAILABLE`
 */
export async function replay({ spool, publisher, leaseMs = 300_000, signal }: ReplayOptions): Promise<Replayed> {
  const counts = { accepted: 0, duplicate: 0, refused: 0 };
  const tried = new Set<string>();
  let stopped: EvidenceError | null = null;
  while (stopped === null) {
    if (signal?.aborted) {
      stopped = new EvidenceError('ABORTED', 'the replay was aborted');
      break;
    }
    const lease = await spool.lease({ leaseMs, except: tried });
    if (lease === null) break;
    tried.add(lease.record.statementDigest);
    try {
      const { outcome } = await publisher.publish(evidenceOf(lease.record), { idempotencyKey: lease.record.idempotencyKey, signal });
      await spool.complete(lease);
      counts[outcome]++;
    } catch (error) {
      if (!(error instanceof EvidenceError) || isSpoolError(error)) {
        await spool.release(lease, { failed: false });
        throw error;
      }
      const { code, message, faults } = error;
      const verdict = judge(error);
      if (verdict === 'refuse') counts.refused += (await spool.refuse(lease, { code, message, faults })) ? 1 : 0;
      else await spool.release(lease, { failed: verdict !== 'stop blameless' });
      if (verdict === 'stop' || verdict === 'stop blameless') stopped = error;
    }
  }
  const states = (await spool.list()).map(({ state }) => state);
  return {
    ...counts,
    remaining: states.filter((state) => state === 'waiting' || state === 'leased').length,
    expired: states.filter((state) => state === 'expired').length,
    stopped,
  };
}

/** @throws {EvidenceError} `BUNDLE_INVALID` when the bytes are no longer those of the statement */
function evidenceOf({ bytes, statementDigest }: SpoolRecord): SignedEvidence {
  const evidence = parseSigned(bytes);
  if (evidence.statementDigest !== statementDigest)
    throw new EvidenceError('BUNDLE_INVALID', 'the record was changed in the spool: its digest is another');
  return evidence;
}

/** What a failed publish means for the record and for the rest of the replay. */
function judge(error: EvidenceError): 'refuse' | 'pass over' | 'stop' | 'stop blameless' {
  const status = callerRefusal(error);
  // Stopped, or without a valid token: that says nothing about the record.
  if (error.code === 'ABORTED' || error.code === 'TOKEN_UNREADABLE' || status === 401) return 'stop blameless';
  // Another record may be of a service this token speaks for, or by a signer that is trusted.
  if (status === 403 || error.code === 'SIGNATURE_UNTRUSTED') return 'pass over';
  return error.retryable ? 'stop' : 'refuse';
}

function isSpoolError({ code }: EvidenceError): boolean {
  return code === 'SPOOL_FULL' || code === 'SPOOL_UNAVAILABLE';
}
