// Gives waiting entries their place: takes every stream that waits, in batches, and signs a checkpoint per batch.
import { setTimeout as delay } from 'node:timers/promises';
import type { Signer } from '@promotable/attest';
import type { Clock } from '@promotable/contracts';
import { signCheckpoint } from './checkpoint.ts';
import type { StreamId } from './entry.ts';
import type { SealableLedger } from './ledger.ts';

const batchesPerTurn = 20;

/** What is sealed, with which key, and how often. */
export interface SequencerOptions {
  readonly ledger: SealableLedger;
  /** Key for use `checkpoint`. */
  readonly signer: Signer;
  readonly clock: Clock;
  /** Hears each failure; the entries stay unsealed and the next round tries again. `stream` is null when the streams could not be listed. */
  readonly onError: (error: unknown, stream: StreamId | null) => void;
  /** Rest between two rounds, in milliseconds; receipts promise a place within a second. @default 250 */
  readonly intervalMs?: number;
  /** Most entries of one batch. @default 500 */
  readonly batchSize?: number;
  /** Most streams of one round. @default 1000 */
  readonly streamsPerRound?: number;
}

/** What one round did. */
export interface Round {
  readonly sealed: number;
  /** Streams that failed, or that another sequencer holds. */
  readonly skipped: number;
}

/** Gives entries their positions, again and again. */
export interface Sequencer {
  start(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
  /** One round over every stream that waits. Never rejects. */
  runOnce(): Promise<Round>;
}

/** Any number of sequencers may run on one ledger; each stream is sealed by one at a time. */
export function createSequencer(options: SequencerOptions): Sequencer {
  const { ledger, onError, intervalMs = 250, streamsPerRound = 1000 } = options;
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  const runOnce = async (signal?: AbortSignal): Promise<Round> => {
    const round = { sealed: 0, skipped: 0 };
    const streams = await ledger.unsealedStreams(streamsPerRound).catch((error: unknown) => {
      onError(error, null);
      return [];
    });
    for (const stream of streams) {
      if (signal?.aborted) break;
      const sealed = await sealAll(options, stream, signal).catch((error: unknown) => {
        onError(error, stream);
        return null;
      });
      if (sealed === null) round.skipped += 1;
      else round.sealed += sealed;
    }
    return round;
  };

  const loop = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await runOnce(signal);
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      if (running !== null) return;
      const stop = new AbortController();
      running = { stop, ended: loop(stop.signal) };
    },
    async stop() {
      const ending = running;
      running = null;
      ending?.stop.abort();
      await ending?.ended;
    },
    runOnce: () => runOnce(),
  };
}

/** Entries sealed, or null when another sequencer holds the stream. After some batches the other streams have their turn. */
async function sealAll(
  { ledger, signer, clock, batchSize = 500 }: SequencerOptions,
  stream: StreamId,
  signal?: AbortSignal,
): Promise<number | null> {
  let sealed = 0;
  for (let batch = 0; batch < batchesPerTurn && !signal?.aborted; batch++) {
    const result = await ledger.seal(stream, {
      limit: batchSize,
      checkpoint: (head) => signCheckpoint(stream, head, new Date(clock.now()).toISOString(), signer),
    });
    if (result.status === 'busy') return null;
    sealed += result.sealed;
    if (result.sealed < batchSize) break;
  }
  return sealed;
}
