import { type Context, type Span, trace as api, TraceFlags, type TracerProvider } from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomHex } from './random-hex.ts';
import { isRecorded, requestTraces } from './request-trace.ts';

const random = randomHex(randomBytes);
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const header = (flags: string) => `00-${traceId}-00f067aa0ba902b7-${flags}`;

/** Parents of the spans that were begun; null = a root. */
let begun: (string | null)[];
let given: { readonly traceId: string; readonly spanId: string } | null;
let isRecording: boolean;
beforeEach(() => {
  begun = [];
  given = null;
  isRecording = true;
  const startSpan = (_name: string, _options: object, context: Context): Span => {
    const parent = api.getSpanContext(context);
    begun.push(parent?.traceId ?? null);
    const ids = given ?? { traceId: 'e'.repeat(32), spanId: 'f'.repeat(16) };
    const spanContext = { ...ids, traceId: parent?.traceId ?? ids.traceId, traceFlags: TraceFlags.SAMPLED };
    return { spanContext: () => spanContext, isRecording: () => isRecording, end: () => undefined } as unknown as Span;
  };
  api.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
});
afterEach(() => api.disable());

const sampling = (isSampled: boolean) => ({
  isSampled: () => isSampled,
  withIds<T>(ids: { readonly traceId: string; readonly spanId: string }, begin: () => T): T {
    given = ids;
    return begin();
  },
});
const request = { name: 'GET /x', startTime: 1, endTime: 2, attributes: { 'mc.op': 'X' } };
const hex = (digits: number) => expect.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));

describe.each(['begin', 'decide'] as const)('to %s', (how) => {
  it('a trace that begins here and is not sampled makes no span, and has ids for the log', () => {
    expect(requestTraces(random, sampling(false))[how]('GET', undefined)).toEqual({
      trace: { traceId: hex(32), spanId: hex(16), parentId: null, flags: '00' },
      span: null,
    });
    expect(begun).toEqual([]);
  });

  it('what a caller does not want recorded is not, whatever would be decided here', () => {
    const { trace, span } = requestTraces(random, sampling(true))[how]('GET', header('00'));
    expect([trace.traceId, trace.flags, isRecorded(trace), span]).toEqual([traceId, '00', false, null]);
    expect(begun).toEqual([]);
  });

  it('where nothing is known beforehand the tracer is asked about each', () => {
    const traces = requestTraces(random, undefined);
    const spans = [undefined, header('00'), header('01')].map((one) => traces[how]('GET', one).span);
    expect([begun, spans.includes(null)]).toEqual([[null, traceId, traceId], false]);
    isRecording = false;
    expect(traces[how]('GET', undefined).span).toBeNull();
  });
});

it('a trace that is sampled is recorded under the very ids that were decided about', () => {
  const { trace, span } = requestTraces(random, sampling(true)).begin('GET', undefined);
  expect(begun).toEqual([null]);
  expect(trace).toEqual({ ...given, parentId: null, flags: '01' });
  expect(span?.spanContext()).toMatchObject({ ...given });
});

it('the decision of a caller to record stands, whatever would be decided here', () => {
  const { trace, span } = requestTraces(random, sampling(false)).begin('GET', header('01'));
  expect(begun).toEqual([traceId]);
  expect(trace).toMatchObject({ traceId, parentId: '00f067aa0ba902b7', flags: '01' });
  expect(span?.isRecording()).toBe(true);
});

it.each([undefined, header('01')])('what is decided first (traceparent %s) is recorded afterwards, under the same ids', (from) => {
  const traces = requestTraces(random, sampling(from === undefined));
  const { trace, span } = traces.decide('GET', from);
  expect([isRecorded(trace), span, begun]).toEqual([true, null, []]);
  traces.record(trace, request);
  expect(given).toMatchObject({ traceId: trace.traceId, spanId: trace.spanId });
  expect(begun).toEqual([from === undefined ? null : traceId]);
});

it('a span that the sampling delivers itself is not made by the tracer, and keeps its ids', () => {
  const recorded: object[] = [];
  const traces = requestTraces(random, { ...sampling(true), record: (scope, one) => void recorded.push({ scope, ...one }) });
  const { trace } = traces.decide('GET', header('01'));
  traces.record(trace, request);
  expect([recorded, begun]).toEqual([[{ scope: '@promotable/server-kit', ...trace, ...request }], []]);
});
