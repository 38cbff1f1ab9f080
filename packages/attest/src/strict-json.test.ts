import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from './canonical-json.ts';
import { parseCanonicalJson, parseStrictJson } from './strict-json.ts';

const refused: readonly [string, string | Uint8Array, { path: string; code: string }[]][] = [
  ['a duplicate name', '{"a":1,"a":1}', [{ path: '/a', code: 'duplicate_name' }]],
  ['a duplicate name behind an escape', '{"a":1,"\\u0061":2}', [{ path: '/a', code: 'duplicate_name' }]],
  [
    'duplicates at several places',
    '[{"x/y":1,"x/y":2},{"k":{"~":1,"~":1}}]',
    [
      { path: '/0/x~1y', code: 'duplicate_name' },
      { path: '/1/k/~0', code: 'duplicate_name' },
    ],
  ],
  ['a duplicate name behind a string of a list', '["a",{"x":1,"x":2}]', [{ path: '/1/x', code: 'duplicate_name' }]],
  ['a duplicate name behind an inner list', '[[1],{"x":1,"x":2}]', [{ path: '/1/x', code: 'duplicate_name' }]],
  ['__proto__', '{"a":{"__proto__":{}}}', [{ path: '/a/__proto__', code: 'forbidden_name' }]],
  ['__proto__ behind an escape', '{"__pr\\u006fto__":1}', [{ path: '/__proto__', code: 'forbidden_name' }]],
  ['nesting deeper than 128', '['.repeat(129) + ']'.repeat(129), [{ path: '/0'.repeat(128), code: 'too_deep' }]],
  ['a syntax error', '{"a":}', [{ path: '', code: 'syntax' }]],
  ['two values', '{} {}', [{ path: '', code: 'syntax' }]],
  ['nothing', '', [{ path: '', code: 'syntax' }]],
  ['a byte order mark', Buffer.from('\ufeff{}'), [{ path: '', code: 'syntax' }]],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), [{ path: '', code: 'encoding' }]],
];

describe('strict JSON', () => {
  it.each(refused)('refuses %s', (_title, text, faults) => {
    expect(() => parseStrictJson(text)).toThrowError(
      expect.objectContaining({ code: 'JSON_INVALID', status: 400, faults: faults.map((fault) => expect.objectContaining(fault)) }),
    );
  });

  it('reads what JSON.parse reads when names are distinct', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' }).filter((candidate) => !JSON.stringify(candidate).includes('__proto__'));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (candidate, indent) => {
        const text = JSON.stringify(candidate, null, indent);
        expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes equal names of different objects, and strings that look like structure', () => {
    expect(parseStrictJson('[{"a":"}{,\\"a\\":["},{"a":{"a":1}}]')).toEqual([{ a: '}{,"a":[' }, { a: { a: 1 } }]);
  });

  it('does not quote the input in its message, which may hold a secret', () => {
    expect(() => parseStrictJson('{"token": s3cret}')).toThrowError(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });
});

describe('canonical JSON', () => {
  const read = (text: string) => parseCanonicalJson(Buffer.from(text));

  it('is what the canonical form of its value is, and nothing else', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' }).filter((candidate) => !JSON.stringify(candidate).includes('__proto__'));
    const isItsForm = (text: string) => {
      try {
        return canonicalize(JSON.parse(text)) === text;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(value, (candidate) => {
        const text = JSON.stringify(candidate);
        expect(read(text)).toEqual(isItsForm(text) ? candidate : undefined);
        if (isItsForm(text)) expect(read(canonicalize(candidate))).toEqual(candidate);
      }),
    );
  });

  it.each([
    ['names out of order', '{"b":1,"a":2}'],
    ['names out of order, deeper', '{"a":[{"b":1,"a":2}]}'],
    ['names in the order of numbers', '{"9":1,"10":2}'],
    ['a name that occurs twice', '{"a":1,"a":1}'],
    ['a forbidden name', '{"__proto__":1}'],
    ['a forbidden name behind an escape', '{"__pr\\u006fto__":1}'],
    ['an escape that is none', '"\\u0061"'],
    ['a lone surrogate', '"\\ud800"'],
    ['a lone surrogate as a name', '{"\\udfff":1}'],
    ['a pair of surrogates, escaped', '"\\ud83d\\ude00"'],
    ['white space', '{"a": 1}'],
    ['another spelling of a number', '1.0'],
    ['a negative zero', '-0'],
    ['a number out of range', '1e400'],
    ['a nesting deeper than 128', '['.repeat(129) + ']'.repeat(129)],
    ['a byte order mark', '\ufeff{}'],
  ])('is not %s', (_title, text) => expect(read(text)).toBeUndefined());

  it('may hold a backslash before any letters, and nest 128 deep', () => {
    expect(read('"\\\\ud800"')).toBe('\\ud800');
    expect(read('{"10":1,"9":2}')).toEqual({ 9: 2, 10: 1 });
    expect(read('['.repeat(128) + ']'.repeat(128))).toBeDefined();
  });
});
