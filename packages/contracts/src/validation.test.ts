import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultsOf } from './validation.ts';

describe('faultsOf', () => {
  it('lists every fault with its RFC 6901 path', () => {
    const result = z
      .strictObject({ a: z.strictObject({ 'x/y~': z.number() }), b: z.array(z.string()) })
      .safeParse({ a: { 'x/y~': 'no' }, b: ['ok', 1], c: 1 });
    expect(faultsOf(result.error as z.ZodError).map((fault) => [fault.path, fault.code])).toEqual([
      ['/a/x~1y~0', 'invalid_type'],
      ['/b/1', 'invalid_type'],
      ['/c', 'unrecognized_key'],
    ]);
  });

  it('lets the nearest branch of a union speak', () => {
    const schema = z.union([z.strictObject({ absent: z.literal('NONE') }), z.strictObject({ p95: z.number(), p99: z.number() })]);
    const result = schema.safeParse({ p95: 'x', p99: 2 });
    expect(faultsOf(result.error as z.ZodError).map((fault) => fault.path)).toEqual(['/p95']);
  });
});
