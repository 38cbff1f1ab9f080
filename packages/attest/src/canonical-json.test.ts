import reference from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttestError } from './attest-error.ts';
import { canonicalBytes, canonicalize } from './canonical-json.ts';

/** RFC 8785 appendix B: IEEE 754 bits and their JSON form. */
const numbers = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const;

const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });

describe('the canonical form', () => {
  it.each(numbers)('writes the number with bits %s as %s (RFC 8785 appendix B)', (bits, text) => {
    expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('writes the sample of RFC 8785 §3.2.2', () => {
    const sample =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    expect(canonicalize(JSON.parse(sample))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('orders names by UTF-16 code units (RFC 8785 §3.2.3)', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const ordered = Object.keys(JSON.parse(canonicalize(Object.fromEntries(names.map((name) => [name, 0])))) as object);
    // JSON.parse moves the integer-like name to the front, so it is compared apart.
    expect(ordered.filter((name) => name !== '1')).toEqual(['\r', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']);
    expect(canonicalize({ 10: 1, 9: 2, 1: 3 })).toBe('{"1":3,"10":1,"9":2}');
  });

  it('equals the reference implementation on any JSON value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalize(value)).toBe(reference(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('is a fixed point: reading and writing it again gives the same text', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalize(JSON.parse(canonicalize(value)))).toBe(canonicalize(value));
      }),
    );
  });

  it('does not depend on the order in which names were added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
        expect(canonicalize(Object.fromEntries(Object.entries(object).reverse()))).toBe(canonicalize(object));
      }),
    );
  });

  it('orders many names as it orders few', () => {
    const many = fc.uniqueArray(
      fc.string({ unit: 'binary' }).filter((name) => name.isWellFormed() && name !== '__proto__'),
      { minLength: 20, maxLength: 60 },
    );
    fc.assert(
      fc.property(many, (names) => {
        expect(canonicalize(Object.fromEntries(names.map((name) => [name, 1])))).toBe(
          reference(Object.fromEntries(names.map((name) => [name, 1]))),
        );
      }),
    );
  });

  it('stays the same however many kinds of objects were written before, and whatever they had in common', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'aa', '1', '10', '9', '\u00f6', '__proto__', 'constructor'), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 40 }), (some, others) => {
        for (let index = 0; index < others; index++) canonicalize({ [some[0] as string]: 1, [`other ${index} ${some.length}`]: 2 });
        const object: Record<string, unknown> = {};
        for (const name of some)
          Object.defineProperty(object, name, { value: [name], enumerable: true, configurable: true, writable: true });
        const text = `{${[...some].sort().map((name) => `${JSON.stringify(name)}:[${JSON.stringify(name)}]`)}}`;
        expect([canonicalize(object), canonicalize(object)]).toEqual([text, text]);
      }),
      { numRuns: 500 },
    );
  });

  it('stays the same after more kinds of objects than are remembered', () => {
    const object = { b: 1, a: { d: 1, c: 2 } };
    for (let index = 0; index < 3000; index++) {
      canonicalize({ [`first ${index}`]: 1, a: 2 });
      expect(canonicalize(object)).toBe('{"a":{"c":2,"d":1},"b":1}');
    }
  });

  it('comes as UTF-8 bytes too', () => {
    expect(canonicalBytes('€')).toEqual(Buffer.from([0x22, 0xe2, 0x82, 0xac, 0x22]));
  });
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = { again: cyclic };
const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1)]);

const refused: readonly [string, unknown, string, string][] = [
  ['NaN', { a: [1, Number.NaN] }, '/a/1', 'not_finite'],
  ['an infinity', Number.NEGATIVE_INFINITY, '', 'not_finite'],
  ['a BigInt', { a: 1n }, '/a', 'not_json'],
  ['undefined in an object', { a: undefined }, '/a', 'not_json'],
  ['a hole in an array', Object.assign([1], { 2: 3 }), '/1', 'not_json'],
  ['a function', { toJSON: () => 1 }, '/toJSON', 'not_json'],
  ['a symbol', Symbol('s'), '', 'not_json'],
  ['a symbol as name', { [Symbol('s')]: 1 }, '', 'not_plain'],
  ['a lone surrogate', ['\ud800'], '/0', 'lone_surrogate'],
  ['a lone surrogate in a name', { 'a/\udc00': 1 }, '/a~1\udc00', 'lone_surrogate'],
  ['a date', { at: new Date(0) }, '/at', 'not_plain'],
  ['a map', new Map(), '', 'not_plain'],
  ['bytes', { b: Buffer.from('x') }, '/b', 'not_plain'],
  ['an instance of a class', new (class Point {})(), '', 'not_plain'],
  ['a cycle', cyclic, '/self/again', 'cycle'],
  ['nesting deeper than 128', nest(129), '/0'.repeat(128), 'too_deep'],
];

describe('what has no canonical form', () => {
  it.each(refused)('%s is refused with its path', (_title, value, path, code) => {
    const error = failure(() => canonicalize(value));
    expect(error.code).toBe('CANONICAL_JSON_INVALID');
    expect(error.faults[0]).toMatchObject({ path, code });
  });

  it('is told with every fault', () => {
    expect(failure(() => canonicalize({ a: Number.NaN, b: { c: undefined }, d: 1 })).faults.map(({ path }) => path)).toEqual([
      '/a',
      '/b/c',
    ]);
  });

  it('is told with the path of a name as RFC 6901 writes it, and past null, booleans and what occurs twice side by side', () => {
    const twice = { 'a~/b': [null, true] };
    expect(failure(() => canonicalize([twice, twice, { ...twice, 'c~/d': Number.NaN }])).faults.map(({ path }) => path)).toEqual([
      '/2/c~0~1d',
    ]);
  });

  it('is told with 100 faults at most', () => {
    const names = Array.from({ length: 150 }, (_, index) => [`${index}\ud800`, index]);
    expect(failure(() => canonicalize(Object.fromEntries(names))).faults).toHaveLength(100);
    expect(failure(() => canonicalize(Array.from({ length: 150 }, () => Number.NaN))).faults).toHaveLength(100);
  });

  it('is refused too when it is another value at the second look, and an error of its own comes through', () => {
    let looks = 0;
    const changing = Object.defineProperty({}, 'a', { enumerable: true, get: () => (looks++ === 0 ? undefined : 1) });
    expect(failure(() => canonicalize(changing))).toMatchObject({ code: 'CANONICAL_JSON_INVALID', faults: [] });
    let reads = 0;
    const failing = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        if (reads++ === 0) throw new RangeError('not now');
        return 1;
      },
    });
    expect(() => canonicalize(failing)).toThrow(new RangeError('not now'));
  });

  it('is not nesting of 128, nor an object that occurs twice side by side', () => {
    expect(canonicalize(nest(128))).toBe(`${'['.repeat(128)}1${']'.repeat(128)}`);
    const twice = { x: 1 };
    expect(canonicalize([twice, twice])).toBe('[{"x":1},{"x":1}]');
  });
});

function failure(work: () => unknown): AttestError {
  try {
    work();
  } catch (error) {
    if (error instanceof AttestError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
