import { afterEach, describe, expect, it } from 'vitest';
import { createPrometheusClient, type PrometheusClient, type PrometheusClientOptions } from './prometheus-client.ts';
import { type ScriptedAnswer, type ScriptedPrometheus, scriptedPrometheus, vectorOf } from './scripted-prometheus.ts';

const clock = { now: () => 0, monotonic: () => performance.now() };
/** Ten seconds pass between two looks at it, so that a deadline comes after a few attempts, however busy the machine is. */
const hurryingClock = () => {
  let now = 0;
  return {
    now: () => 0,
    monotonic: () => {
      now += 10_000;
      return now;
    },
  };
};
const one = vectorOf([{ metric: { job: 'a' }, value: [1.5, '42'] }]);

let server: ScriptedPrometheus;
afterEach(() => server?.close());

async function client(answers: readonly ScriptedAnswer[], options: Partial<PrometheusClientOptions> = {}): Promise<PrometheusClient> {
  server = await scriptedPrometheus(...answers);
  return createPrometheusClient({ url: server.url, clock, pauseMs: 1, totalMs: 30_000, ...options });
}
const ask = async (answers: readonly ScriptedAnswer[], options: Partial<PrometheusClientOptions> = {}) =>
  (await client(answers, options)).instant('up', { atMs: 1500 });

describe('what is asked', () => {
  it('is sent as a form, at the moment that was given, with the token read anew each time', async () => {
    let reads = 0;
    const token = async () => {
      reads += 1;
      return `t${reads}`;
    };
    await ask([{ status: 503, body: '' }, { body: one }], { token, headers: { 'x-scope-orgid': 'shop' } });
    expect(server.asked.map(({ path, form, headers }) => [path, form.get('query'), form.get('time'), headers.authorization])).toEqual([
      ['/api/v1/query', 'up', '1.500', 'Bearer t1'],
      ['/api/v1/query', 'up', '1.500', 'Bearer t2'],
    ]);
    expect(server.asked[0]?.headers['x-scope-orgid']).toBe('shop');
  });

  it('may be a range, whose series come back with every reading', async () => {
    const result = [
      {
        metric: {},
        values: [
          [1, '1'],
          [2, 'NaN'],
        ],
        histograms: [[1.5, { count: '1', sum: '2' }]],
      },
    ]; // prettier-ignore
    const prometheus = await client([{ body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }) }]);
    expect(await prometheus.range('up', { fromMs: 0, untilMs: 60_000, stepMs: 500 })).toEqual([
      {
        labels: {},
        readings: [
          { atMs: 1000, value: 1, histogram: null },
          { atMs: 1500, value: null, histogram: { count: 1, sum: 2, buckets: [] } },
          { atMs: 2000, value: Number.NaN, histogram: null },
        ],
      },
    ]);
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toMatchObject({ start: '0.000', end: '60.000', step: '0.500' });
  });
});

describe('an answer', () => {
  it('is a vector of numbers, those that are none among them, or of native histograms', async () => {
    const histogram = { count: '3', sum: '6', buckets: [[0, '1', '2', '3']] };
    const samples = ['+Inf', '-Inf', 'NaN', '1e-3'].map((value) => ({ metric: {}, value: [0, value] }));
    const read = await ask([{ body: vectorOf([...samples, { metric: {}, histogram: [0, histogram] }]) }]);
    expect(read.map(({ value }) => value)).toEqual([Infinity, -Infinity, Number.NaN, 0.001, null]);
    expect(read[4]?.histogram).toEqual({ count: 3, sum: 6, buckets: [[0, 1, 2, 3]] });
  });

  it.each<[string, ScriptedAnswer]>([
    ['a server error', { status: 500, body: 'oops' }],
    ['an overload', { status: 429, body: '' }],
    ['a reset connection', 'reset'],
  ])('after %s is asked for again', async (_what, fault) => {
    expect(await ask([fault, { body: one }])).toMatchObject([{ value: 42 }]);
    expect(server.asked).toHaveLength(2);
  });

  it('after silence is asked for again', async () => {
    expect(await ask(['silence', { body: one }], { attemptMs: 1000 })).toMatchObject([{ value: 42 }]);
    expect(server.asked.length).toBeGreaterThan(1);
  });

  it.each<[string, ScriptedAnswer, RegExp]>([
    ['server errors', { status: 503, body: JSON.stringify({ error: 'query timed out' }) }, /503: query timed out/],
    ['resets', 'reset', /does not answer: UND_ERR_SOCKET|ECONNRESET/],
    ['silence', 'silence', /no answer in time/],
    ['a redirect, which a token must not follow', { status: 302, body: '', location: 'http://127.0.0.1:9/' }, /does not answer/],
  ])('that never comes for %s is an outage that may pass', async (_what, fault, message) => {
    await expect(ask([fault], { attemptMs: fault === 'silence' ? 50 : 10_000, clock: hurryingClock() })).rejects.toMatchObject({
      code: 'PROMETHEUS_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, ScriptedAnswer, string, object]>([
    [
      'a query that it does not understand',
      { status: 400, body: JSON.stringify({ error: 'parse error' }) },
      'PROMETHEUS_REFUSED',
      { message: expect.stringContaining('400: parse error') },
    ],
    ['a token that it does not know', { status: 401, body: '<html>' }, 'PROMETHEUS_REFUSED', { message: 'Prometheus answered 401' }],
    ['a page of a proxy', { body: '<html>please log in</html>' }, 'PROMETHEUS_ANSWER_INVALID', {}],
    ['an empty body', { body: '' }, 'PROMETHEUS_ANSWER_INVALID', {}],
    [
      'an empty object',
      { body: '{}' },
      'PROMETHEUS_ANSWER_INVALID',
      { faults: expect.arrayContaining([expect.objectContaining({ path: '/status' })]) },
    ],
    ['an error with status 200', { body: JSON.stringify({ status: 'error', error: 'x' }) }, 'PROMETHEUS_ANSWER_INVALID', {}],
    [
      'a scalar',
      { body: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }) },
      'PROMETHEUS_ANSWER_INVALID',
      { faults: expect.arrayContaining([expect.objectContaining({ path: '/data/resultType' })]) },
    ],
    [
      'a word for a number',
      { body: vectorOf([{ metric: {}, value: [1, 'many'] }]) },
      'PROMETHEUS_ANSWER_INVALID',
      { faults: [expect.objectContaining({ path: '/data/result/0/value/1' })] },
    ],
    ['nothing for a number', { body: vectorOf([{ metric: {}, value: [1, ''] }]) }, 'PROMETHEUS_ANSWER_INVALID', {}],
    ['a sample without a value', { body: vectorOf([{ metric: {} }]) }, 'PROMETHEUS_ANSWER_INVALID', {}],
    ['more than is read', { body: vectorOf([{ metric: { a: 'x'.repeat(2000) }, value: [1, '1'] }]) }, 'PROMETHEUS_ANSWER_TOO_LARGE', {}],
    [
      'a warning that it may be partial',
      { body: vectorOf([], { warnings: ['store 2 is away'] }) },
      'PROMETHEUS_WARNED',
      { message: expect.stringContaining('store 2 is away') },
    ],
  ])('that is %s is refused at once', async (_what, answer, code, rest) => {
    await expect(ask([answer], { maxBytes: 1000 })).rejects.toMatchObject({ code, ...rest });
    expect(server.asked).toHaveLength(1);
  });
});

describe('a caller', () => {
  it('who gives up is told so at once', async () => {
    const prometheus = await client(['silence']);
    const giving = new AbortController();
    const answer = prometheus.instant('up', { atMs: 0, signal: giving.signal });
    giving.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });

  it.each(['prometheus:9090', 'ftp://prometheus', 'http://user:secret@prometheus', ''])('who names %j as its place is corrected', (url) => {
    expect(() => createPrometheusClient({ url, clock })).toThrow(expect.objectContaining({ code: 'INVALID_PROMETHEUS' }));
    expect(() => createPrometheusClient({ url, clock })).not.toThrow(/secret/);
  });

  it('whose token cannot be read hears that, and nothing is sent', async () => {
    const unreadable = Object.assign(new Error('no file'), { [Symbol.for('promotable.dev/coded-error')]: true, retryable: false });
    await expect(ask([{ body: one }], { token: () => Promise.reject(unreadable) })).rejects.toBe(unreadable);
    expect(server.asked).toEqual([]);
  });
});
