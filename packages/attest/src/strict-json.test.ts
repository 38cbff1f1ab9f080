import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

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
