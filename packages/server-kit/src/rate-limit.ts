// How often one address or one caller may ask; counts live in this process.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ServerKitError } from './server-kit-error.ts';

export interface Rate {
  /** How many requests. */
  readonly requests: number;
  /** In how long, seconds. */
  readonly seconds: number;
}

/** Counts one request of `key`. @throws ServerKitError `RATE_LIMITED` (429) with `Retry-After` */
export type RateLimit = (key: string) => Promise<void>;

/** A limiter of one kind; `false` limits nothing. */
export function rateLimit(rate: Rate | false): RateLimit {
  if (rate === false) return async () => {};
  const limiter = new RateLimiterMemory({ points: rate.requests, duration: rate.seconds });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (rejection) {
      // The library rejects with its result, not with an Error.
      if (!(rejection instanceof RateLimiterRes)) throw rejection;
      throw new ServerKitError('RATE_LIMITED', 'Too many requests.', {
        status: 429,
        retryable: true,
        retryAfterSeconds: rejection.msBeforeNext / 1000,
      });
    }
  };
}

/** The key of an address: itself for IPv4, the /64 for IPv6, whose owner has 2^64 of them. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(':')) return ip;
  const [head = '', tail = ''] = ip.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = ip.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left;
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
