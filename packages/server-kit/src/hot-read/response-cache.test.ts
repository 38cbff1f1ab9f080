import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Grant } from './grant.ts';
import { type KeptAnswer, keptAnswer, namesTag } from './kept-answer.ts';
import { responseCache, type ResponseCache } from './response-cache.ts';

let at: number;
let grants: Record<string, Grant>;
/** The same object for the same caller, as a caller has it. */
const by = (key: string): Grant => (grants[key] ??= { key, latest: null });
const clock = { now: () => at, monotonic: () => at };
const local = { changes: null };
const remote = { changes: { start: () => undefined, stop: async () => undefined } };
const answer = (text: string): KeptAnswer => keptAnswer('Op', { data: text });

beforeEach(() => {
  grants = {};
  at = 1_000_000;
});

/** Computes and keeps; the answer says how often that has happened. */
function reader(cache: ResponseCache) {
  let computed = 0;
  return async (key: string, tags: readonly string[], validUntil = Number.POSITIVE_INFINITY): Promise<string | Buffer> => {
    const kept =
      cache.get(by('g'), key) ??
      (await cache.share(by('g'), key, async (reading) => {
        reading.dependsOn(tags);
        reading.holdsUntil(validUntil);
        computed += 1;
        return answer(`${key} ${computed}`);
      }));
    return (kept as KeptAnswer).body;
  };
}
const of = (text: string) => answer(text).body;

describe('an answer', () => {
  it('is given again under its own key until one of its tags changes, and another key is not touched', async () => {
    const cache = responseCache(local, clock);
    const read = reader(cache);
    expect([await read('a', ['x', 'y']), await read('a', ['x', 'y']), await read('b', ['z'])]).toEqual([of('a 1'), of('a 1'), of('b 2')]);
    cache.changed('y');
    expect([await read('a', ['x', 'y']), await read('b', ['z'])]).toEqual([of('a 3'), of('b 2')]);
  });

  it('is for those it was computed for alone, whatever the words of who and what put together say', async () => {
    const cache = responseCache(local, clock);
    await cache.share(by('g'), 'h a', async () => answer('x'));
    await cache.share(by('i'), 'h a', async () => answer('y'));
    expect([cache.get(by('g'), 'h a')?.body, cache.get(by('i'), 'h a')?.body, cache.get(by('g h'), 'a')]).toEqual([
      of('x'),
      of('y'),
      undefined,
    ]);
    expect((await cache.share(by('g h'), 'a', async () => answer('z')))?.body).toEqual(of('z'));
    expect(cache.get(by('g'), 'h a')?.body).toEqual(of('x'));
  });

  it('ends at its own time, by either clock, and after the longest age', async () => {
    const cache = responseCache({ ...local, maxAgeMs: 1000 }, clock);
    const read = reader(cache);
    await read('short', [], at + 10);
    await read('long', []);
    at += 9;
    expect(await read('short', [], at + 10)).toEqual(of('short 1'));
    at += 1;
    expect(await read('short', [], at + 10)).toEqual(of('short 3'));
    at += 989;
    expect(await read('long', [])).toEqual(of('long 2'));
    at += 1;
    expect(await read('long', [])).toEqual(of('long 4'));
  });

  it.each([0, Number.NaN, 999_999])('that says it holds until %d is not kept', async (validUntil) => {
    const read = reader(responseCache(local, clock));
    expect([await read('a', [], validUntil), await read('a', [], validUntil)]).toEqual([of('a 1'), of('a 2')]);
  });

  it('whose tag changes while it is computed goes to whoever asked before, and is not kept', async () => {
    const cache = responseCache(local, clock);
    const gate = Promise.withResolvers<void>();
    const first = cache.share(by('g'), 'a', async (reading) => {
      reading.dependsOn(['x']);
      await gate.promise;
      return answer('old');
    });
    cache.changed('x');
    const second = cache.share(by('g'), 'a', async () => answer('new'));
    gate.resolve();
    expect([(await first)?.body, (await second)?.body, cache.get(by('g'), 'a')?.body]).toEqual([of('old'), of('new'), of('new')]);
  });
});

describe('a stampede', () => {
  it('computes once', async () => {
    const cache = responseCache(local, clock);
    const compute = vi.fn(async () => answer('one'));
    const all = await Promise.all(Array.from({ length: 1000 }, () => cache.share(by('g'), 'a', compute)));
    expect([compute.mock.calls.length, new Set(all).size]).toEqual([1, 1]);
  });

  it('shares no error: whoever waited computes for itself, and nothing is kept', async () => {
    const cache = responseCache(local, clock);
    const outcomes = [Promise.reject(new Error('mine')), Promise.resolve(null), Promise.resolve(answer('yours'))];
    const compute = vi.fn(() => outcomes.shift() as Promise<KeptAnswer | null>);
    const [first, second, third] = await Promise.allSettled([
      cache.share(by('g'), 'a', compute),
      cache.share(by('g'), 'a', compute),
      cache.share(by('g'), 'a', compute),
    ]);
    expect([first?.status, second, third]).toMatchObject(['rejected', { value: null }, { value: { body: of('yours') } }]);
    expect(cache.get(by('g'), 'a')).toBeUndefined();
  });
});

describe('when changes of others must be known', () => {
  it('nothing is given, kept or shared before the feed says that it is current', async () => {
    const cache = responseCache(remote, clock);
    const compute = vi.fn(async () => answer('x'));
    await Promise.all([cache.share(by('g'), 'a', compute), cache.share(by('g'), 'a', compute)]);
    expect([cache.get(by('g'), 'a'), compute.mock.calls.length]).toEqual([undefined, 2]);
    cache.current(at + 100);
    await cache.share(by('g'), 'a', compute);
    expect(cache.get(by('g'), 'a')?.body).toEqual(of('x'));
  });

  it('a feed that falls silent ends all answers, and one that speaks again gives those back that it says nothing against', async () => {
    const cache = responseCache(remote, clock);
    cache.current(at + 100);
    await cache.share(by('g'), 'a', async () => answer('x'));
    at += 100;
    expect(cache.get(by('g'), 'a')).toBeUndefined();
    cache.current(at + 100);
    expect(cache.get(by('g'), 'a')?.body).toEqual(of('x'));
  });

  it('a feed that was lost ends all answers for good, also those being computed', async () => {
    const cache = responseCache(remote, clock);
    cache.current(at + 1000);
    await cache.share(by('g'), 'a', async () => answer('x'));
    const gate = Promise.withResolvers<void>();
    const late = cache.share(by('g'), 'b', async () => {
      await gate.promise;
      return answer('y');
    });
    cache.lost();
    cache.current(at + 1000);
    gate.resolve();
    await late;
    expect([cache.get(by('g'), 'a'), cache.get(by('g'), 'b')]).toEqual([undefined, undefined]);
  });
});

it('takes no more memory than allowed, and forgets the tags of what it dropped', async () => {
  const cache = responseCache({ ...local, maxBytes: 100_000 }, clock);
  const big = 'x'.repeat(1000);
  for (let i = 0; i < 1000; i += 1) await cache.share(by('g'), `key ${i}`, async () => answer(big));
  const kept = Array.from({ length: 1000 }, (_, i) => cache.get(by('g'), `key ${i}`)).filter((entry) => entry !== undefined);
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.length * 1000).toBeLessThan(100_000);
  await cache.share(by('g'), 'huge', async () => answer('x'.repeat(100_001)));
  expect(cache.get(by('g'), 'huge')).toBeUndefined();
});

it.each([
  ['"a"', true],
  ['*', true],
  ['W/"b", W/"a"', true],
  ['"b"', false],
  ['a', false],
  [undefined, false],
])('If-None-Match %s names "a": %s', (header, expected) => {
  expect(namesTag(header, '"a"')).toBe(expected);
});
