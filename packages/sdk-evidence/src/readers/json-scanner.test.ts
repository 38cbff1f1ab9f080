import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { FaultList } from '../fault-list.ts';
import { type JsonPath, JsonScanner, type JsonShape, whole } from './json-scanner.ts';

const shape: JsonShape = {
  others: { items: whole },
  members: { deep: { items: { members: { list: { items: whole } }, others: whole } } },
};

/** Values as they were told, by pointer; the document is cut at every one of `cuts`. */
function scan(text: string, cuts: readonly number[] = []) {
  const faults = new FaultList();
  const told: Record<string, unknown> = {};
  const opened: string[] = [];
  const pointer = (path: JsonPath) => path.map((token) => `/${token}`).join('');
  const scanner = new JsonScanner({
    name: 'x',
    shape,
    faults,
    mistaken: () => 'is not JSON',
    handler: {
      value(value, path) {
        told[pointer(path)] = value;
      },
      open: (path) => void opened.push(pointer(path)),
    },
  });
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (const [index, from] of places.slice(0, -1).entries()) scanner.write(bytes.subarray(from, places[index + 1]));
  scanner.end();
  return { told, opened, faults: faults.toArray().map(({ path, code }) => [path, code]) };
}

describe('JsonScanner', () => {
  it('tells what lies in lists item by item and everything else whole', () => {
    const text = JSON.stringify({ a: 1, list: [{ b: [1] }, 'x"\\', null, []], none: [], deep: [{ list: [1, 2], c: { d: 2 } }, 3] });
    expect(scan(text)).toEqual({
      told: {
        '/a': 1,
        '/list/0': { b: [1] },
        '/list/1': 'x"\\',
        '/list/2': null,
        '/list/3': [],
        '/deep/0/list/0': 1,
        '/deep/0/list/1': 2,
        '/deep/0/c': { d: 2 },
        '/deep/1': 3,
      },
      opened: ['', '/list', '/none', '/deep', '/deep/0', '/deep/0/list'],
      faults: [],
    });
  });

  it('tells the same wherever chunks are cut, and what JSON.parse reads', () => {
    const value = fc
      .jsonValue({ stringUnit: 'binary', maxDepth: 4 })
      .filter((candidate) => !JSON.stringify(candidate).includes('__proto__'));
    const document = fc.record({ single: value, list: fc.array(value, { maxLength: 5 }) });
    fc.assert(
      fc.property(document, fc.array(fc.nat(), { maxLength: 6 }), fc.constantFrom(undefined, 1), (candidate, cuts, indent) => {
        const text = JSON.stringify(candidate, null, indent);
        const parsed = JSON.parse(text) as typeof candidate;
        const single = Array.isArray(parsed.single)
          ? Object.fromEntries(parsed.single.map((item, at) => [`/single/${at}`, item]))
          : { '/single': parsed.single };
        const expected = { ...single, ...Object.fromEntries(parsed.list.map((item, at) => [`/list/${at}`, item])) };
        expect(scan(text, cuts).told).toEqual(expected);
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses, however an object is damaged', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"a"', '"b"', ':', ',', '1', '-', 'true', 'nul', ' ', '\\', '"', 'é');
    const damaged = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => `{${parts.join('')}}`),
      fc
        .tuple(fc.array(pieces, { maxLength: 4 }), fc.constantFrom('{"list":[1,{"a":2}],"b":{"c":[]}}'), fc.nat(30))
        .map(([parts, text, at]) => text.slice(0, at) + parts.join('') + text.slice(at)),
    );
    fc.assert(
      fc.property(damaged, fc.array(fc.nat(), { maxLength: 3 }), (text, cuts) => {
        const accepted = (read: () => unknown) => {
          try {
            return typeof read() === 'object';
          } catch (error) {
            if (!(error instanceof SyntaxError || error instanceof EvidenceError)) throw error;
            return false;
          }
        };
        expect(accepted(() => scan(text, cuts))).toBe(accepted(() => JSON.parse(text)));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['in the root', '{"a":1,"a":2}', '/a'],
    ['behind an escape', '{"a":1,"\\u0061":2}', '/a'],
    ['in an item', '{"list":[{"x":{"y":1,"y":2}}]}', '/list/0/x/y'],
    ['in an object that is looked into', '{"deep":[{"list":[],"list":[]}]}', '/deep/0/list'],
  ])('finds a name given twice %s', (_, text, path) => {
    expect(scan(text).faults).toEqual([[path, 'duplicate_name']]);
  });

  it.each(['{"__proto__":1}', '{"list":[{"__proto__":{}}]}', '{"a":{"b":{"__pr\\u006fto__":1}}}'])(
    'finds the name no field may have in %s',
    (text) => {
      expect(scan(text).faults).toMatchObject([[expect.stringMatching(/__proto__$/), 'forbidden_name']]);
    },
  );

  it('does not tell a value that it cannot vouch for', () => {
    expect(scan('{"list":[{"a":1,"a":2},{"b":1}]}').told).toEqual({ '/list/1': { b: 1 } });
  });

  it.each([
    ['nesting', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 'too_deep'],
    ['nesting across what is looked into', `{"deep":[{"list":[${'['.repeat(125)}${']'.repeat(125)}]}]}`, 'too_deep'],
    ['one value', `{"a":"${'x'.repeat(17_000_000)}"}`, 'too_large'],
  ])('bounds %s', (_, text, code) => {
    expect(() => scan(text, [9_000_000])).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ code })] }));
  });
});
