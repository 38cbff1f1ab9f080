import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMatchers } from './label-matchers.ts';
import { familyTemplate, metricFamilies } from './metric-families.ts';
import { parseTemplate, renderQuery } from './query-template.ts';

const own = {
  name: 'own',
  unit: 'ms',
  presence: 'calls_total{$selector}',
  answers: {
    requests: 'sum(increase(calls_total{$selector}[$window]))',
    failures: 'sum(increase(bad_total{$selector}[$window])) or vector(0)',
  },
  latency: { p95: 'max(p95{$selector}[$window])' },
};

describe('a query template', () => {
  it('fills in whose series, how long, and by what else', () => {
    const words = { matchers: { job: 'a', app: 'b"c' }, windowMs: 300_000 };
    expect(renderQuery('sum by (le$by) (increase(x{$selector}[$window]))', words)).toBe(
      'sum by (le) (increase(x{app="b\\"c",job="a"}[300000ms]))',
    );
    expect(renderQuery('sum by (le$by) (x)', { ...words, by: 'pod' })).toBe('sum by (le,pod) (x)');
  });

  it('of your own is taken as it is', () => {
    expect(parseTemplate(own)).toEqual(own);
  });

  it('that a value looks like stays a value', () => {
    expect(renderQuery('x{$selector}', { matchers: { a: '$window $& $selector' }, windowMs: 1 })).toBe('x{a="$window $& $selector"}');
  });

  it.each<[string, object, string]>([
    ['without the selector', { latency: { p95: 'max(p95[$window])' } }, '/latency/p95'],
    ['with a word that nobody knows', { presence: 'x{$selector,a="$b"}' }, '/presence'],
    ['with another unit', { unit: 'minutes' }, '/unit'],
    ['with a field too many', { extra: 1 }, '/extra'],
    ['with a name too long for the evidence', { name: 'x'.repeat(21) }, '/name'],
  ])('%s is refused with its path', (_what, change, path) => {
    expect(() => parseTemplate({ ...own, ...change })).toThrow(
      expect.objectContaining({ code: 'INVALID_TEMPLATE', faults: expect.arrayContaining([expect.objectContaining({ path })]) }),
    );
  });

  it.each(metricFamilies.flatMap((name) => [false, true].map((native) => ({ name, native }))))(
    'of a family is one that a file could hold: $name, native $native',
    ({ name, native }) => {
      const template = familyTemplate(name, { native });
      expect(parseTemplate(JSON.parse(JSON.stringify(template)))).toEqual(template);
    },
  );
});

describe('label matchers', () => {
  it('keep every value inside its quotes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(34, 92, 10, 123, 125, 44), fc.integer({ min: 0, max: 0xd7ff })), { minLength: 1 }),
        (codes) => {
          const value = String.fromCharCode(...codes);
          const rendered = renderMatchers({ a: value });
          // Nothing but the quotes at both ends stands there unescaped.
          expect(rendered.slice(3, -1).replace(/\\./g, '')).not.toMatch(/["\n\\]/);
          expect(JSON.parse(rendered.slice(2))).toBe(value);
        },
      ),
    );
  });

  it('and the names of labels are the only names that a query takes', () => {
    const words = { matchers: { job: 'a' }, windowMs: 1 };
    for (const name of ['', 'le) or vector(0', '__name__', 'a-b', '1'])
      for (const take of [
        () => renderQuery('sum by (le$by) (x)', { ...words, by: name }),
        () => familyTemplate('otel', { statusLabel: name }),
      ])
        expect(take).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }));
  });

  it('list every fault with its path', () => {
    expect(() => renderMatchers({ 'a"b': 'x', __name__: 'up', empty: '', lone: '\ud800' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SELECTOR',
        faults: ['/__name__', '/a"b', '/empty', '/lone'].map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});
