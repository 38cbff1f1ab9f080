// The ledger in memory, for tests and demonstrations: same chain, same checkpoints, gone with the process.
import { type LedgerEntry, parseEntries, type SealedEntry, type StreamId } from './entry.ts';
import { requireOneEach } from './ingest-sequences.ts';
import { type ChainHead, chain, emptyChain } from './chain.ts';
import { newEpoch } from './epoch.ts';
import type { LedgerHead, Receipt, SealableLedger, SealOptions, SealResult, StoredCheckpoint } from './ledger.ts';
import { pageOf } from './page.ts';

interface Stream extends StreamId {
  sealed: SealedEntry[];
  waiting: (LedgerEntry & { readonly ingestSequence: number })[];
  checkpoints: StoredCheckpoint[];
  isSealing: boolean;
}

/** How an in-memory ledger begins. */
export interface MemoryLedgerOptions {
  /** First epoch, a UUID of version 7. @default a new one */
  readonly epoch?: string;
}

/** A ledger that ends with the process: for tests and demonstrations. */
export function createMemoryLedger({ epoch = newEpoch({ now: Date.now }) }: MemoryLedgerOptions = {}): SealableLedger {
  const streams = new Map<string, Stream>();
  let currentEpoch = epoch;
  let lastSequence = 0;

  const streamOf = ({ tenant, stream }: StreamId): Stream => {
    const key = JSON.stringify([tenant, stream]);
    const found = streams.get(key) ?? { tenant, stream, sealed: [], waiting: [], checkpoints: [], isSealing: false };
    streams.set(key, found);
    return found;
  };
  const headOf = ({ sealed, waiting }: Stream): LedgerHead => ({ ...chainHead(sealed), epoch: currentEpoch, unsealed: waiting.length });

  return {
    async append(entries, { tx, ingestSequences }) {
      requireOneEach(entries, ingestSequences);
      const numbered = parseEntries(entries).map((entry, index) => {
        const ingestSequence = ingestSequences?.[index] ?? lastSequence + 1;
        lastSequence = Math.max(lastSequence, ingestSequence);
        return { ...entry, ingestSequence };
      });
      tx.onCommit(() => {
        for (const entry of numbered) streamOf(entry).waiting.push(entry);
      });
      return numbered.map(({ ingestSequence }) => ({ ingestSequence, state: 'unsealed' }));
    },

    receipt: async (stream, ingestSequence) => receiptsOf(streamOf(stream), [ingestSequence])[0] ?? null,
    receipts: async (stream, ingestSequences) => receiptsOf(streamOf(stream), ingestSequences),

    async receiptsByBody(stream, bodyDigests) {
      const wanted = new Set(bodyDigests);
      const { sealed, waiting } = streamOf(stream);
      const bodies = new Map([...sealed, ...waiting].map(({ ingestSequence, bodyDigest }) => [ingestSequence, bodyDigest]));
      const found = [...bodies].filter(([, bodyDigest]) => wanted.has(bodyDigest)).map(([ingestSequence]) => ingestSequence);
      return receiptsOf(streamOf(stream), found).map((receipt) => ({ ...receipt, bodyDigest: bodies.get(receipt.ingestSequence) ?? '' }));
    },

    async entries(stream, page) {
      const { after, limit } = pageOf(page);
      return structuredClone(
        streamOf(stream)
          .sealed.filter(({ position }) => position > after)
          .slice(0, limit),
      );
    },

    async checkpoints(stream, page) {
      const { after, limit } = pageOf(page);
      return structuredClone(
        streamOf(stream)
          .checkpoints.filter(({ position }) => position > after)
          .slice(0, limit),
      );
    },

    head: async (stream) => headOf(streamOf(stream)),
    epoch: async () => currentEpoch,

    async unsealedStreams(limit) {
      const oldest = ({ waiting }: Stream): number => Math.min(...waiting.map(({ ingestSequence }) => ingestSequence));
      const due = [...streams.values()].filter(({ waiting }) => waiting.length > 0).sort((a, b) => oldest(a) - oldest(b));
      return due.slice(0, limit).map(({ tenant, stream }) => ({ tenant, stream }));
    },

    async seal(id, options) {
      const stream = streamOf(id);
      if (stream.isSealing) return { status: 'busy' };
      stream.isSealing = true;
      try {
        return await sealBatch(stream, currentEpoch, options);
      } finally {
        stream.isSealing = false;
      }
    },

    async beginEpoch(next, { tx }) {
      tx.onCommit(() => {
        currentEpoch = next;
      });
    },
  };
}

async function sealBatch(stream: Stream, epoch: string, { limit, checkpoint }: SealOptions): Promise<SealResult> {
  stream.waiting.sort((a, b) => a.ingestSequence - b.ingestSequence);
  const batch = stream.waiting.slice(0, limit);
  if (batch.length === 0) return { status: 'sealed', sealed: 0 };
  const sealed = chain(chainHead(stream.sealed), batch);
  const head = chainHead(sealed);
  const bundle = await checkpoint({ ...head, epoch, unsealed: stream.waiting.length - batch.length });
  stream.waiting = stream.waiting.filter((entry) => !batch.includes(entry));
  stream.sealed.push(...sealed);
  stream.checkpoints.push({ position: head.position, bundle });
  return { status: 'sealed', sealed: sealed.length };
}

function receiptsOf({ sealed, waiting }: Stream, ingestSequences: readonly number[]): Receipt[] {
  const wanted = new Set(ingestSequences);
  return [
    ...sealed.map(({ ingestSequence, position, hash }): Receipt => ({ ingestSequence, state: { position, hash } })),
    ...waiting.map(({ ingestSequence }): Receipt => ({ ingestSequence, state: 'unsealed' })),
  ]
    .filter(({ ingestSequence }) => wanted.has(ingestSequence))
    .sort((a, b) => a.ingestSequence - b.ingestSequence);
}

function chainHead(sealed: readonly SealedEntry[]): ChainHead {
  const last = sealed.at(-1);
  return last === undefined ? emptyChain : { position: last.position, hash: last.hash };
}
