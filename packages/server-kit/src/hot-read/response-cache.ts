// Bytes of successful answers, each until something it was made from changes. It never answers when changes may have been missed.
import type { Clock } from '@promotable/contracts';
import { LRUCache } from 'lru-cache';
import type { ChangeFeed, ChangeListener } from './change-feed.ts';
import type { Entry } from './entry.ts';
import type { Grant } from './grant.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { Reading } from './reading.ts';

/** Bounds of the cache of response bytes. */
export interface ResponseCacheOptions {
  /** How other processes' changes become known; null = no other process changes what is read here. */
  readonly changes: ChangeFeed | null;
  /** Most memory for answers and their keys, bytes. @default 67_108_864 */
  readonly maxBytes?: number;
  /** Longest life of an answer, whatever it says of itself, milliseconds. @default 60_000 */
  readonly maxAgeMs?: number;
}

export interface ResponseCache extends ChangeListener {
  /** The answer kept for `whom` to `asked`, unless it has ended or changes may have been missed. @param at the monotonic clock's time, where it is known */
  get(whom: Grant, asked: string, at?: number): KeptAnswer | undefined;
  /**
   * Computes an answer once, however many of the same grant ask the same at once, and keeps it while it holds. `compute` resolves to null where there
   * is nothing that others may have (an error is its caller's own); whoever waited for it then computes for itself.
   */
  share(whom: Grant, asked: string, compute: (reading: Reading) => Promise<KeptAnswer | null>): Promise<KeptAnswer | null>;
}

interface Flight {
  readonly reading: Reading;
  readonly answer: Promise<KeptAnswer | null>;
}

/** What an entry takes besides its bytes and its key, roughly. */
const entryOverheadBytes = 512;

export function responseCache({ changes, maxBytes = 67_108_864, maxAgeMs = 60_000 }: ResponseCacheOptions, clock: Clock): ResponseCache {
  const flights = new Map<string, Flight>();
  /**
   * The same entries by their two parts: putting those together for each question would take longer than the rest of the look-up. What is asked
   * comes first, for it is long and new each time, and is compared with one text so; whom it is for is short and mostly the very same string.
   */
  const byAsked = new Map<string, Map<string, Entry>>();
  const keysByTag = new Map<string, Set<string>>();
  let currentUntil = changes === null ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ answer }, key) => (answer?.body.length ?? 0) + 2 * key.length + entryOverheadBytes,
    dispose(entry, key) {
      const { whom, asked, tags } = entry;
      const answers = byAsked.get(asked);
      answers?.delete(whom);
      if (answers?.size === 0) byAsked.delete(asked);
      entry.asked = '';
      entry.answer = null;
      for (const tag of tags) {
        const keys = keysByTag.get(tag);
        keys?.delete(key);
        if (keys?.size === 0) keysByTag.delete(tag);
      }
    },
  });

  function keep(whom: string, asked: string, answer: KeptAnswer, { tags, validUntil }: Reading): void {
    const key = joined(whom, asked);
    const at = clock.monotonic();
    const lifeMs = Math.min(maxAgeMs, validUntil - clock.now());
    if (lifeMs <= 0 || at >= currentUntil) return;
    const entry: Entry = { whom, tags: [...tags], validUntil, endsAt: at + lifeMs, asked, answer };
    entries.set(key, entry);
    // What is too large for the whole cache is not in it.
    if (!entries.has(key)) return;
    byAsked.set(asked, (byAsked.get(asked) ?? new Map<string, Entry>()).set(whom, entry));
    for (const tag of tags) {
      const keys = keysByTag.get(tag) ?? new Set();
      keysByTag.set(tag, keys.add(key));
    }
  }

  /** Whoever asks from now on does not wait for this one either. */
  function spoil(key: string, { reading }: Flight): void {
    reading.isStale = true;
    flights.delete(key);
  }

  async function lead(
    whom: string,
    asked: string,
    reading: Reading,
    compute: (reading: Reading) => Promise<KeptAnswer | null>,
  ): Promise<KeptAnswer | null> {
    try {
      const answer = await compute(reading);
      if (answer !== null && !reading.isStale) keep(whom, asked, answer, reading);
      return answer;
    } finally {
      const key = joined(whom, asked);
      if (flights.get(key)?.reading === reading) flights.delete(key);
    }
  }

  return {
    get(whom, asked, at = clock.monotonic()) {
      // Not moved to the front: no entry outlives `maxAgeMs`, so which goes first when memory is short matters little.
      let entry = whom.latest;
      if (entry === null || entry.asked !== asked) {
        entry = byAsked.get(asked)?.get(whom.key) ?? null;
        whom.latest = entry;
      }
      if (entry === null || at >= currentUntil) return undefined;
      if (at < entry.endsAt && clock.now() < entry.validUntil) return entry.answer ?? undefined;
      entries.delete(joined(whom.key, asked));
      return undefined;
    },

    async share({ key: whom }, asked, compute) {
      const key = joined(whom, asked);
      // Without news of changes nothing tells whether an answer begun earlier still holds for who asks now.
      if (clock.monotonic() >= currentUntil) return compute(new Reading());
      const flight = flights.get(key);
      if (flight !== undefined) {
        const answer = await flight.answer.catch(() => null);
        return answer ?? compute(new Reading());
      }
      const reading = new Reading();
      const answer = lead(whom, asked, reading, compute);
      flights.set(key, { reading, answer });
      return answer;
    },

    changed(tag) {
      for (const key of [...(keysByTag.get(tag) ?? [])]) entries.delete(key);
      for (const [key, flight] of flights) if (flight.reading.tags.has(tag)) spoil(key, flight);
    },

    current(until) {
      currentUntil = Math.max(currentUntil, until);
    },

    lost() {
      if (changes !== null) currentUntil = Number.NEGATIVE_INFINITY;
      entries.clear();
      for (const [key, flight] of flights) spoil(key, flight);
    },
  };
}

/** The line feed is in no grant. */
function joined(whom: string, asked: string): string {
  return `${whom}\n${asked}`;
}
