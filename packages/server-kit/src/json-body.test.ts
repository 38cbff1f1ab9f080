import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isCodedError } from '@promotable/contracts';
import { parseJson } from './json-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('reads whatever JSON there is within the bounds as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('__proto__'));
      expect(parseJson(bytes(text), { maxDepth: 1000 })).toEqual(JSON.parse(text));
    }),
  );
});

it('refuses any bytes with a coded 4xx or reads them; nothing else ever comes out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
      try {
        parseJson(input);
      } catch (error) {
        expect(isCodedError(error) && error.status >= 400 && error.status < 500).toBe(true);
      }
    }),
  );
});

it('names every forbidden key, up to a bound, with its escaped path', () => {
  expect(() => parseJson(bytes('{"a/b":[{"__proto__":1}],"constructor":{"prototype":{}},"c":{"constructor":"fine"}}'))).toThrow(
    expect.objectContaining({
      code: 'FORBIDDEN_KEY',
      faults: [expect.objectContaining({ path: '/a~1b/0/__proto__' }), expect.objectContaining({ path: '/constructor' })],
    }),
  );
});

it('refuses a mebibyte of brackets without running out of stack', () => {
  expect(() => parseJson(bytes('['.repeat(524_288) + ']'.repeat(524_288)))).toThrow(expect.objectContaining({ code: 'JSON_TOO_DEEP' }));
});
