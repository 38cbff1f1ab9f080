import { type Span, type SpanOptions, trace as api } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ids, tinyServer } from '../fixtures/tiny-server.ts';
import { laterSpans } from './later-spans.ts';

interface Made {
  readonly name: string;
  readonly options: SpanOptions;
  readonly endedAt: unknown;
}
let made: Made[];
let at: number;
const clock = { now: () => 1_000_000 + at, monotonic: () => at };
const begun = (name: string, options: SpanOptions = {}): Span =>
  ({
    isRecording: () => true,
    spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
    updateName: () => undefined,
    setAttributes: () => undefined,
    end: (endedAt: unknown) => made.push({ name, options, endedAt }),
  }) as never;
const spans = () => laterSpans((_trace, { name, endTime, ...options }) => begun(name, options).end(endTime), clock);
const request = {
  method: 'GET',
  route: '/graphql',
  op: 'Echo',
  requestId: 'asked-1',
  principal: null,
  errorCode: null,
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: null, flags: '01' },
  startedAt: 5,
};
const exchange = { status: 200, scheme: 'http', httpVersion: '1.1' };

beforeEach(() => {
  made = [];
  at = 7.5;
});
afterEach(() => void vi.useRealTimers());

it('a span has the times of its request, whenever it is made', () => {
  const later = spans();
  later.add(request, exchange);
  at = 900;
  later.flush();
  later.flush();
  expect(made).toEqual([
    {
      name: 'GET /graphql',
      options: { startTime: 1_000_005, attributes: expect.objectContaining({ 'mc.op': 'Echo' }) },
      endedAt: 1_000_007.5,
    },
  ]);
});

it('many are made together, the last ones after a second', () => {
  vi.useFakeTimers();
  const later = spans();
  for (let i = 0; i < 513; i += 1) later.add(request, exchange);
  expect(made).toHaveLength(512);
  vi.advanceTimersByTime(1000);
  expect(made).toHaveLength(513);
  expect(vi.getTimerCount()).toBe(0);
});

it('a server that stops has made all of them, and one without sampling makes each at once', async () => {
  api.setGlobalTracerProvider({ getTracer: () => ({ startSpan: begun }) } as never);
  const byTracer = { isSampled: () => true, withIds: <T>(_ids: object, begin: () => T) => begin() };
  const itself = {
    ...byTracer,
    record: (_scope: string, { name, endTime }: { name: string; endTime: number }) => begun(name).end(endTime),
  };
  for (const sampling of [itself, byTracer, undefined]) {
    made = [];
    const cacheable = { 'Query.echo': { tags: () => [] } };
    const resolvers = { Query: { echo: (_parent: unknown, { text }: { text: string }) => text } };
    const server = await tinyServer({
      modules: [{ name: 'notes', resolvers, scopes: { 'Query.echo': 'evidence:read' }, cacheable }],
      responseCache: { changes: null },
      ...(sampling === undefined ? {} : { sampling }),
    });
    const headers = { authorization: await server.bearer() };
    const ask = () => fetch(`${server.url}/graphql?id=${ids.echo}&variables=${encodeURIComponent('{"text":"a"}')}`, { headers });
    for (let i = 0; i < 3; i += 1) expect(await (await ask()).json()).toEqual({ data: { echo: 'a' } });
    await server.stop();
    expect(made).toHaveLength(3);
  }
});
