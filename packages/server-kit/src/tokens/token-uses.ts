// Every use of a token on record is counted by hour and operation, and written in batches: a read must not become a write.
import type { Clock, Logger } from '@promotable/contracts';
import type { TokenUse } from './token-table.ts';

const hourMs = 3_600_000;
/** How often what was counted is written, milliseconds: what a crash can lose. */
const flushMs = 5000;
/** Rows held while they cannot be written; beyond that they are dropped, and the log says so. */
const maxHeld = 10_000;

/** One answered request. */
export interface AnsweredUse {
  readonly tokenId: string;
  readonly operation: string;
  /** HTTP status. */
  readonly status: number;
}

/** Counts uses. */
export interface TokenUses {
  count(use: AnsweredUse): void;
  start(): void;
  /** Writes what was counted; never rejects: what could not be written is kept and tried again. */
  flush(): Promise<void>;
  /** Ends the writing, after the last batch. */
  stop(): Promise<void>;
}

interface Counted {
  uses: number;
  refused: number;
  readonly first: number;
  last: number;
}

/** `write` adds a batch to what is on record; it is called with one batch at a time. */
export function tokenUses(
  write: (uses: readonly TokenUse[]) => Promise<void>,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): TokenUses {
  let counted = new Map<string, Counted>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function add(key: string, { uses, refused, first, last }: Counted): void {
    const known = counted.get(key);
    if (known === undefined) {
      if (counted.size >= maxHeld) log.error({ uses }, 'uses of a token could not be written for too long and are lost');
      else counted.set(key, { uses, refused, first, last });
      return;
    }
    known.uses += uses;
    known.refused += refused;
    known.last = Math.max(known.last, last);
  }

  async function writeBatch(): Promise<void> {
    const batch = counted;
    if (batch.size === 0) return;
    counted = new Map();
    try {
      await write([...batch].map(rowOf));
    } catch (error) {
      log.warn({ err: error }, 'uses of tokens cannot be written now and are kept');
      for (const [key, count] of batch) add(key, count);
    }
  }

  const flush = (): Promise<void> => (writing = writing.then(writeBatch));
  return {
    count({ tokenId, operation, status }) {
      const now = clock.now();
      const hour = Math.floor(now / hourMs) * hourMs;
      add(`${tokenId} ${hour} ${operation}`, { uses: 1, refused: status === 401 || status === 403 ? 1 : 0, first: now, last: now });
    },
    start() {
      timer ??= setInterval(() => void flush(), flushMs).unref();
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

function rowOf([key, { uses, refused, first, last }]: [string, Counted]): TokenUse {
  const [tokenId = '', hour = '', ...operation] = key.split(' ');
  return {
    tokenId,
    hour: new Date(Number(hour)),
    operation: operation.join(' '),
    uses,
    refused,
    firstUsedAt: new Date(first),
    lastUsedAt: new Date(last),
  };
}
