import { expect, it } from 'vitest';
import { addressKey, rateLimit } from './rate-limit.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('counts %s as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key);
});

it('admits as many as allowed in each window of a key, says how long to wait, and one key takes nothing from another', () => {
  let now = 0;
  const limited = rateLimit({ requests: 2, seconds: 10 });
  const limit = (key: string): void => limited.count(key, now);
  limit('a');
  limit('a');
  now = 4000;
  expect(() => limit('a')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', status: 429, retryAfterSeconds: 6 }));
  limit('b');
  now = 9999;
  expect(() => limit('a')).toThrow();
  now = 10_000;
  limit('a');
  limit('a');
  expect(() => limit('a')).toThrow();
});

it('a slot counts with all others of its key, does not count what does not fit, and takes back', () => {
  const limit = rateLimit({ requests: 3, seconds: 10 });
  const [slot, other] = [limit.slot('a'), limit.slot('a')];
  expect([slot.tryCount(1), other.tryCount(2), slot.tryCount(3), other.tryCount(4), slot.tryCount(5)]).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(() => limit.count('a', 6)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 9.995 }));
  other.uncount();
  expect([slot.tryCount(7), slot.tryCount(8), limit.slot('b').tryCount(8)]).toEqual([true, false, true]);
  limit.count('c', 9);
  expect([slot.tryCount(10_001), other.tryCount(10_002), slot.tryCount(10_003), other.tryCount(10_004)]).toEqual([true, true, true, false]);
  expect(rateLimit({ requests: 0, seconds: 1 }).slot('a').tryCount(0)).toBe(false);
  expect(rateLimit(false).slot('a').tryCount(0)).toBe(true);
});
