import { type Context, type Span, trace as api, TraceFlags, type TracerProvider } from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomHex } from './random-hex.ts';
import { requestTraces } from './request-trace.ts';

const random = randomHex(randomBytes);
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const header = (flags: string) => `00-${traceId}-00f067aa0ba902b7-${flags}`;

/** Parents of the spans that were begun; null = a root. */
let begun: (string | null)[];
let given: string | null;
beforeEach(() => {
  begun = [];
  given = null;
  const startSpan = (_name: string, _options: object, context: Context): Span => {
    const parent = api.getSpanContext(context);
    begun.push(parent?.traceId ?? null);
    const spanContext = { traceId: parent?.traceId ?? given ?? 'e'.repeat(32), spanId: 'f'.repeat(16), traceFlags: TraceFlags.SAMPLED };
    return { ...api.wrapSpanContext(spanContext), spanContext: () => spanContext, isRecording: () => true } as Span;
  };
  api.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
});
afterEach(() => api.disable());

const sampling = (isSampled: boolean) => ({
  isSampled: () => isSampled,
  withTraceId<T>(id: string, begin: () => T): T {
    given = id;
    return begin();
  },
});

it('a trace that begins here and is not sampled makes no span, and has ids for the log', () => {
  expect(requestTraces(random, sampling(false))('GET', undefined)).toEqual({
    trace: {
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentId: null,
      flags: '00',
    },
    span: null,
  });
  expect(begun).toEqual([]);
});

it('one that is sampled is recorded under the very id that was decided about', () => {
  const { trace, span } = requestTraces(random, sampling(true))('GET', undefined);
  expect(begun).toEqual([null]);
  expect(trace).toEqual({ traceId: given, spanId: span?.spanContext().spanId, parentId: null, flags: '01' });
});

it('the decision of a caller stands, whatever would be decided here', () => {
  expect(requestTraces(random, sampling(true))('GET', header('00'))).toMatchObject({ trace: { traceId, flags: '00' }, span: null });
  expect(begun).toEqual([]);
  const { trace, span } = requestTraces(random, sampling(false))('GET', header('01'));
  expect(begun).toEqual([traceId]);
  expect(trace).toMatchObject({ traceId, parentId: '00f067aa0ba902b7', flags: '01' });
  expect(span?.isRecording()).toBe(true);
});

it('where nothing is known beforehand the tracer is asked about each', () => {
  const ask = requestTraces(random, undefined);
  for (const one of [undefined, header('00'), header('01')]) ask('GET', one);
  expect(begun).toEqual([null, traceId, traceId]);
});
