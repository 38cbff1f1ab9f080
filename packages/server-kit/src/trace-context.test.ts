import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { traceContext, traceparent } from './trace-context.ts';
import { randomHex } from './random-hex.ts';

const random = randomHex(randomBytes);

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

it('continues a valid trace under a span of its own, keeping the flags', () => {
  const trace = traceContext(`00-${traceId}-${parent}-01`, random);
  expect(trace).toMatchObject({ traceId, flags: '01' });
  expect(trace.spanId).not.toBe(parent);
  expect(traceparent(trace)).toBe(`00-${traceId}-${trace.spanId}-01`);
});

it('reads the known part of a future version', () => {
  expect(traceContext(`cc-${traceId}-${parent}-01-what-follows`, random).traceId).toBe(traceId);
});

it.each([
  undefined,
  '',
  'x',
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `ff-${traceId}-${parent}-01`,
  `00-${traceId.toUpperCase()}-${parent}-01`,
  `00-${traceId}-${parent}-01-more`,
  [`00-${traceId}-${parent}-01`],
])('starts a new, unsampled trace for %j', (header) => {
  const trace = traceContext(header, random);
  expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(trace.traceId).not.toBe(traceId);
  expect(trace.flags).toBe('00');
});
