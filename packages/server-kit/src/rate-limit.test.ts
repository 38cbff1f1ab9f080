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

it('what does not fit is not counted when it is only tried, and what was counted can be taken back', () => {
  const limit = rateLimit({ requests: 2, seconds: 10 });
  expect([1, 2, 3, 4].map((at) => limit.tryCount('a', at))).toEqual([true, true, false, false]);
  limit.uncount('a');
  limit.uncount('b');
  expect([limit.tryCount('a', 5), limit.tryCount('a', 6)]).toEqual([true, false]);
  expect(() => limit.count('a', 7)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(rateLimit({ requests: 0, seconds: 1 }).tryCount('a', 0)).toBe(false);
  expect(rateLimit(false).tryCount('a', 0)).toBe(true);
});
