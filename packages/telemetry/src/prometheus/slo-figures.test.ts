import { describe, expect, it } from 'vitest';
import { parseTemplate } from './query-template.ts';
import { type Ask, sloFigures } from './slo-figures.ts';

const of = (value: number, labels: Readonly<Record<string, string>> = {}) => ({ labels, value, histogram: null });
/** A template whose queries are named by what they ask. */
const template = parseTemplate({
  name: 'own',
  unit: 's',
  presence: 'presence{$selector}',
  answers: { requests: 'requests{$selector}[$window]', failures: 'failures{$selector}[$window]' },
  latency: { p95: 'p95{$selector}[$window]', p99: 'p99{$selector}[$window]' },
  open: 'open{$selector}',
});
type Answers = Readonly<Record<string, readonly ReturnType<typeof of>[]>>;
const served: Answers = { requests: [of(200.9)], failures: [of(2)], p95: [of(0.0401234567)], p99: [of(0.08)], open: [of(3)] };
const asking =
  (answers: Answers): Ask =>
  async (text) =>
    answers[/^\w+/.exec(text)?.[0] ?? ''] ?? [];
const figures = (changes: Answers = {}, own = template) => sloFigures(own, asking({ ...served, ...changes }));

describe('figures by queries of your own', () => {
  it('are requests rounded down, latency rounded up, errors as they are', async () => {
    expect(await figures()).toEqual({
      samples: 200,
      failures: 2,
      measure: { p95Ms: 40.124, p99Ms: 80, errorRate: 2 / 200.9, open: 3 },
    });
  });

  it('leave out a p99 that nobody asks for, and say nothing of open requests where no gauge tells', async () => {
    const { p99: _, ...latency } = template.latency as { p95: string; p99?: string };
    expect(await figures({ open: [] }, { ...template, latency })).toMatchObject({
      measure: { p99Ms: { absent: 'NOT_MEASURED' }, open: { absent: 'NOT_MEASURED' } },
    });
  });

  it.each<[string, Answers, string]>([
    ['no series of failures, which is not the same as none', { failures: [] }, 'NO_SERIES'],
    ['no series of requests', { requests: [] }, 'NO_SERIES'],
    ['no series of a p99 that is asked for', { p99: [] }, 'NO_SERIES'],
    ['two series of a percentile', { p95: [of(1), of(2)] }, 'MANY_SERIES'],
    ['two series of requests', { requests: [of(1), of(2)] }, 'MANY_SERIES'],
    ['a percentile that is none', { p95: [of(Number.NaN)] }, 'NOT_FINITE'],
    ['an endless percentile', { p95: [of(Infinity)] }, 'NOT_FINITE'],
    ['a negative percentile', { p95: [of(-1)] }, 'NOT_FINITE'],
    ['failures that are none', { failures: [of(Number.NaN)] }, 'NOT_FINITE'],
    ['an open count that is none', { open: [of(Number.NaN)] }, 'NOT_FINITE'],
    ['no traffic', { requests: [of(0)], failures: [of(0)] }, 'NO_TRAFFIC'],
    ['less than one request', { requests: [of(0.9)], failures: [of(0)] }, 'NO_TRAFFIC'],
    ['more failures than requests', { failures: [of(300)] }, 'FIGURES_INCONSISTENT'],
  ])('with %s are no data', async (_what, answers, code) => {
    await expect(figures(answers)).rejects.toMatchObject({ code });
  });
});

describe('figures by status and by buckets', () => {
  const own = parseTemplate({
    ...template,
    answers: { byStatus: 'answers{$selector}[$window]', label: 'code' },
    latency: { buckets: 'buckets{$selector}[$window]' },
  });
  const buckets = (count: number) => [of(count, { le: '0.1' }), of(count, { le: '+Inf' })];

  it('are those of the same requests', async () => {
    expect(await figures({ answers: [of(95, { code: '200' }), of(5, { code: '500' })], buckets: buckets(100) }, own)).toMatchObject({
      samples: 100,
      measure: { errorRate: 0.05 },
    });
    await expect(figures({ answers: [of(100, { code: '200' })], buckets: buckets(80) }, own)).rejects.toMatchObject({
      code: 'FIGURES_INCONSISTENT',
    });
  });

  it('count the fewer of both, where a scrape lies between them', async () => {
    expect(await figures({ answers: [of(100, { code: '200' })], buckets: buckets(98) }, own)).toMatchObject({ samples: 98 });
  });

  it.each<[string, Answers, string]>([
    ['no answer', { answers: [], buckets: buckets(1) }, 'NO_SERIES'],
    ['no bucket', { answers: [of(1, { code: '200' })], buckets: [] }, 'NO_SERIES'],
    ['a count that is none', { answers: [of(Number.NaN, { code: '200' })], buckets: buckets(1) }, 'NOT_FINITE'],
    ['no word on the status', { answers: [of(1)], buckets: buckets(1) }, 'STATUS_LABEL_ABSENT'],
  ])('with %s are no data', async (_what, answers, code) => {
    await expect(figures(answers, own)).rejects.toMatchObject({ code });
  });
});
