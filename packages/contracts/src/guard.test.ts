import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RolloutFacts } from './facts.ts';
import { guardOf } from './guard.ts';
import { Statement } from './statement.ts';

const facts: unknown = JSON.parse(readFileSync(new URL('../fixtures/rollout-facts.v1.json', import.meta.url), 'utf8'));
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'checkout', digest: { sha256: 'a'.repeat(64), sha512: 'b' } }, { digest: { sha256: 'b'.repeat(64) } }],
  predicateType: 'https://example.com/v1',
  predicate: { any: [1, null] },
  more: true,
};
/** A list with a place that holds nothing. */
const gap: unknown[] = Object.assign([], { length: 1 });
/** What may stand where something else should. */
const strangers = [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'x',
  [],
  [null],
  gap,
  {},
  { absent: 'X' },
  new Map(),
  () => 0,
];

describe('guardOf', () => {
  it.each([
    ['rollout facts', RolloutFacts, facts],
    ['a statement', Statement, statement],
  ])('says of %s what the schema says, whatever stands in any place of them', (_name, schema: z.ZodType, sound) => {
    const guard = guardOf(schema);
    expect(guard(sound)).toBe(true);
    expect(schema.parse(sound)).toEqual(sound);
    let count = 0;
    for (const changed of changes(sound)) {
      count++;
      expect(guard(changed), JSON.stringify(changed)).toBe(schema.safeParse(changed).success);
    }
    expect(count).toBeGreaterThan(100);
  });

  it('leaves to the schema what the schema would change', () => {
    const guard = guardOf(z.object({ a: z.literal('a') }));
    expect(guard({ a: 'a' })).toBe(true);
    expect(guard({ a: 'a', more: 1 })).toBe(false);
    expect(guardOf(z.record(z.string(), z.unknown()))(JSON.parse('{"__proto__":1}'))).toBe(false);
  });

  it.each([
    [
      'a field that may be absent',
      z.strictObject({ a: z.string().optional() }),
      [{}, { a: 'x' }, { a: undefined }],
      [{ a: null }, { b: 'x' }],
    ],
    ['a field beside one that may be absent', z.strictObject({ a: z.string().optional(), b: z.string() }), [{ b: '' }], [{ a: 'x' }, {}]],
    ['one of three', z.union([z.literal('a'), z.boolean(), z.number().gt(1).lt(2)]), ['a', true, 1.5], ['b', 1, 2, null]],
    ['a list', z.array(z.string()).max(2), [[], ['a', 'b']], [['a', 1], gap, { length: 0 }, ['a', 'b', 'c']]],
    ['names that are no identifiers', z.strictObject({ 'a\\b"': z.boolean() }), [{ 'a\\b"': true }], [{ ab: true }]],
    ['several bounds', z.string().min(1).max(3).regex(/^a/), ['a', 'aaa'], ['', 'b', 'aaaa']],
    ['whole numbers', z.int(), [0, -1, 2 ** 53 - 1], [0.5, 2 ** 53, '1']],
  ])('knows %s', (_name, schema: z.ZodType, right, wrong) => {
    const guard = guardOf(schema);
    for (const value of right) expect([guard(value), schema.safeParse(value).success]).toEqual([true, true]);
    for (const value of wrong) expect([guard(value), schema.safeParse(value).success]).toEqual([false, false]);
  });

  it('leaves everything to the schema where code must not be made from text', () => {
    const program = `
      import { z } from 'zod';
      import { guardOf } from ${JSON.stringify(new URL('./guard.ts', import.meta.url).href)};
      console.log(guardOf(z.literal('a'))('a'));`;
    const run = (...flags: string[]) =>
      execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], { cwd: import.meta.dirname, encoding: 'utf8' });
    expect(run()).toBe('true\n');
    expect(run('--disallow-code-generation-from-strings')).toBe('false\n');
  });

  it.each([
    ['a refinement', z.string().refine((text) => text === 'x')],
    ['a transformation', z.string().transform(Number)],
    ['a default', z.strictObject({ a: z.string().default('x') })],
    ['a coercion', z.coerce.number()],
    ['a date', z.date()],
    ['a format', z.iso.datetime()],
    ['a pattern with a memory', z.string().regex(/a/g)],
    ['numbers of 32 bits', z.int32()],
    ['a bound in time', z.strictObject({ a: z.number().check(z.multipleOf(2)) })],
    ['a record of something', z.record(z.string(), z.number())],
    ['a bound of large integers', z.number().check(z.gt(1n as unknown as number))],
  ])('refuses a schema with %s, rather than to forget it', (_name, schema: z.ZodType) => {
    expect(() => guardOf(schema)).toThrow(TypeError);
  });
});

/** The value with each of its places taken away, filled with strangers, or given a field more. */
function* changes(value: unknown): Generator<unknown> {
  yield* strangers;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) yield [...value, 'more'];
  else yield { ...value, more: 1 };
  for (const [name, inner] of Object.entries(value)) {
    const replaced = (by: unknown) => (Array.isArray(value) ? value.with(Number(name), by) : { ...value, [name]: by });
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    for (const changed of changes(inner)) yield replaced(changed);
  }
}
