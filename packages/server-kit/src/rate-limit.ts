// How often one address or one caller may ask; counts live in this process. Our own, because the libraries answer by a promise and keep
// a timer per key, which together cost a tenth of a hot read.
import { ServerKitError } from './server-kit-error.ts';

/** How much one caller may ask. */
export interface Rate {
  /** How many requests. */
  readonly requests: number;
  /** In how long, seconds. */
  readonly seconds: number;
}

/** Times are of a monotonic clock, milliseconds. */
export interface RateLimit {
  /** Counts one request of `key`. @throws ServerKitError `RATE_LIMITED` (429) with `Retry-After` */
  count(key: string, at: number): void;
  /** The count of one key, for who asks about it again and again: its window is looked up once, not at each request. */
  slot(key: string): RateSlot;
}

/** All slots of one key count together. */
export interface RateSlot {
  /** Counts one request; false where it would be one too many, which is then not counted. */
  tryCount(at: number): boolean;
  /** Takes back what was counted last. */
  uncount(): void;
}

interface Window {
  count: number;
  readonly endsAt: number;
}

/** A limiter of one kind, a window per key from its first request on; `false` limits nothing. */
export function rateLimit(rate: Rate | false): RateLimit {
  if (rate === false) return unlimited;
  const { requests } = rate;
  const lengthMs = rate.seconds * 1000;
  const windows = new Map<string, Window>();
  let sweepAt = Number.NEGATIVE_INFINITY;

  /** Once per window length, so no key outlives its window by more than that. */
  function sweep(at: number): void {
    sweepAt = at + lengthMs;
    for (const [key, { endsAt }] of windows) if (endsAt <= at) windows.delete(key);
  }

  /** The window of a key that holds at that time. It stays the one of its key until it ends, so it may be kept until then. */
  function windowOf(key: string, at: number): Window {
    if (at >= sweepAt) sweep(at);
    const known = windows.get(key);
    if (known !== undefined && known.endsAt > at) return known;
    const window = { count: 0, endsAt: at + lengthMs };
    windows.set(key, window);
    return window;
  }

  return {
    count(key, at) {
      const window = windowOf(key, at);
      if (window.count >= requests) throw limited(window.endsAt - at);
      window.count += 1;
    },
    slot: (key) => new WindowSlot(key, requests, windowOf),
  };
}

/** One object and its window, both small: there is one per caller, and it is out of the processor's caches at each request. */
class WindowSlot implements RateSlot {
  readonly #key: string;
  readonly #requests: number;
  readonly #windowOf: (key: string, at: number) => Window;
  #window: Window = { count: 0, endsAt: Number.NEGATIVE_INFINITY };

  constructor(key: string, requests: number, windowOf: (key: string, at: number) => Window) {
    this.#key = key;
    this.#requests = requests;
    this.#windowOf = windowOf;
  }

  tryCount(at: number): boolean {
    if (this.#window.endsAt <= at) this.#window = this.#windowOf(this.#key, at);
    if (this.#window.count >= this.#requests) return false;
    this.#window.count += 1;
    return true;
  }

  uncount(): void {
    this.#window.count -= 1;
  }
}

const unlimited: RateLimit = { count: () => undefined, slot: () => ({ tryCount: () => true, uncount: () => undefined }) };

function limited(msBeforeNext: number): ServerKitError {
  return new ServerKitError('RATE_LIMITED', 'Too many requests.', {
    status: 429,
    retryable: true,
    retryAfterSeconds: msBeforeNext / 1000,
  });
}

/** The key of an address: itself for IPv4, the /64 for IPv6, whose owner has 2^64 of them. */
export function addressKey(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = ip.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = ip.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left;
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
