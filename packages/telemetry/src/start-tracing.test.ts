import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { afterEach, describe, expect, it } from 'vitest';
import { TelemetryError } from './errors.ts';
import { startTracing, type Tracing } from './start-tracing.ts';
import { contextOfTraceparent, spanContextOf, spansOf, tracingFetch } from './tracing.ts';

const running: Tracing[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((tracing) => tracing.shutdown()));
});

const spans = spansOf('test');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

/** Starts tracing into memory; what was recorded is read after the shutdown. */
async function recorded(work: () => Promise<unknown>, options: Partial<Parameters<typeof startTracing>[0]> = {}): Promise<ReadableSpan[]> {
  const finished: ReadableSpan[] = [];
  const exporter = new InMemorySpanExporter();
  exporter.export = (batch, done) => {
    finished.push(...batch);
    done({ code: 0 });
  };
  const tracing = await startTracing({ serviceName: 'svc', env: {}, samplingRatio: 1, exporter, ...options });
  try {
    await work().catch(() => undefined);
  } finally {
    await tracing.shutdown();
  }
  return finished;
}

describe('without a place to send spans to', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' },
  ])('tracing is off: %j', async (env) => {
    const tracing = await startTracing({ serviceName: 'svc', env });
    expect(tracing.active).toBe(false);
    expect(tracing.sampling.isSampled(traceId)).toBe(false);
    expect(tracing.sampling.withIds({ traceId, spanId }, () => 7)).toBe(7);
    expect(trace.getTracer('x').startSpan('x').isRecording()).toBe(false);
    await tracing.shutdown();
  });

  it('parts run as they are, with their result and their error', async () => {
    expect(await spans.part('a', async () => 7)).toBe(7);
    await expect(spans.span('a', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('settings', () => {
  it('names every fault by its variable', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://collector',
      OTEL_EXPORTER_OTLP_HEADERS: 'no-value',
      OTEL_RESOURCE_ATTRIBUTES: 'a=%zz',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
      OTEL_TRACES_SAMPLER: 'always_on',
    };
    const error = await startTracing({ serviceName: 'svc', env }).catch((thrown: TelemetryError) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_TRACING' });
    expect((error as TelemetryError).faults.map(({ path }) => path).sort()).toEqual(Object.keys(env).sort());
  });

  it.each([0, 0.09, 1.1, Number.NaN])('refuses to keep a share of %d', async (samplingRatio) => {
    await expect(recorded(async () => undefined, { samplingRatio })).rejects.toMatchObject({ code: 'INVALID_TRACING' });
  });

  it('a second start is refused, and the first goes on', async () => {
    const found = await recorded(async () => {
      await expect(startTracing({ serviceName: 'other', env: {}, exporter: new InMemorySpanExporter() })).rejects.toMatchObject({
        code: 'TRACING_STARTED',
      });
      await spans.span('a', {}, async () => undefined);
    });
    expect(found.map(({ name }) => name)).toEqual(['a']);
  });

  it('says who and where by current names, the environment variables first', async () => {
    const env = {
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=i-1,service.name=lost',
      OTEL_SERVICE_NAME: 'named',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKFLOW: 'release',
      GITHUB_RUN_ID: '42',
      GITHUB_TOKEN: 'ghs_secret',
    };
    const [span] = await recorded(() => spans.span('a', {}, async () => undefined), {
      env,
      serviceVersion: '1.2.3',
      environment: 'staging',
    });
    expect(span?.resource.attributes).toEqual({
      'service.name': 'named',
      'service.version': '1.2.3',
      'service.instance.id': 'i-1',
      'deployment.environment.name': 'staging',
      'cicd.pipeline.name': 'release',
      'cicd.pipeline.run.id': '42',
    });
    const known = new Set<unknown>([...Object.values(stable), ...Object.values(incubating)]);
    expect(Object.keys(span?.resource.attributes ?? {}).filter((name) => !known.has(name))).toEqual([]);
  });
});

/** All that an exporter reads. */
const partsOf = (span: ReadableSpan) => ({
  ...Object.fromEntries(
    (
      ['name', 'kind', 'parentSpanContext', 'startTime', 'endTime', 'duration', 'ended', 'status', 'attributes', 'links', 'events'] as const
    ).map((part) => [part, span[part]]),
  ),
  context: span.spanContext(),
  resource: span.resource.attributes,
  scope: span.instrumentationScope.name,
  dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
});

describe('sampling', () => {
  it('follows the caller: a sampled parent is kept at any ratio, an unsampled one never', async () => {
    const inside = (flags: string) => () =>
      spans.continued(contextOfTraceparent(`00-${traceId}-00f067aa0ba902b7-${flags}`), 'a', async () => undefined);
    expect(await recorded(inside('01'), { samplingRatio: 0.1 })).toMatchObject([
      { name: 'a', parentSpanContext: { spanId: '00f067aa0ba902b7' } },
    ]);
    expect(await recorded(inside('00'), { samplingRatio: 1 })).toEqual([]);
  });

  it('can be known before a span is made, and what is made then agrees, under the id it was asked for', async () => {
    const exporter = new InMemorySpanExporter();
    const tracing = await startTracing({ serviceName: 'svc', env: {}, samplingRatio: 0.5, exporter });
    const { isSampled, withIds } = tracing.sampling;
    const ids = Array.from({ length: 200 }, () => randomBytes(16).toString('hex'));
    const begun = ids.map((id) =>
      withIds({ traceId: id, spanId: id.slice(16) }, () => trace.getTracer('x').startSpan('a', {}, ROOT_CONTEXT)),
    );
    expect(begun.map((span) => span.spanContext())).toMatchObject(ids.map((id) => ({ traceId: id, spanId: id.slice(16) })));
    expect(begun.map((span) => span.isRecording())).toEqual(ids.map(isSampled));
    expect(new Set(ids.map(isSampled))).toEqual(new Set([true, false]));
    await tracing.shutdown();
  });

  it('is decided by the random part of the id alone: its greatest values are kept', async () => {
    const tracing = await startTracing({ serviceName: 'svc', env: {}, samplingRatio: 0.25, exporter: new InMemorySpanExporter() });
    const ids = ['bfffffffffffff', 'c0000000000000', 'ffffffffffffff', '00000000000001'].map((part) => `${'f'.repeat(18)}${part}`);
    expect(ids.map(tracing.sampling.isSampled)).toEqual([false, true, true, false]);
    await tracing.shutdown();
  });

  it('a request that is over is delivered as the tracer would have made it', async () => {
    const attributes = { 'mc.op': 'X', 'http.response.status_code': 200 };
    const parent = '00f067aa0ba902b7';
    const scope = 'made';
    const [startTime, endTime] = [1_795_299_358_444.25, 1_795_299_358_445.5];
    const exporter = new InMemorySpanExporter();
    const exported: ReadableSpan[] = [];
    exporter.export = (batch, done) => {
      exported.push(...batch);
      done({ code: 0 });
    };
    const tracing = await startTracing({ serviceName: 'svc', env: {}, samplingRatio: 1, exporter });
    const { withIds, record } = tracing.sampling;
    for (const parentId of [null, parent]) {
      record(scope, { traceId, spanId, parentId, name: 'GET /x', startTime, endTime, attributes });
      const context = parentId === null ? ROOT_CONTEXT : contextOfTraceparent(`00-${traceId}-${parentId}-01`);
      const options = { kind: SpanKind.SERVER, startTime, attributes };
      withIds({ traceId, spanId }, () => trace.getTracer(scope).startSpan('GET /x', options, context)).end(endTime);
    }
    record(scope, { traceId, spanId, parentId: null, name: 'a clock set back', startTime: endTime, endTime: startTime, attributes });
    await tracing.shutdown();
    record(scope, { traceId, spanId, parentId: null, name: 'too late', startTime, endTime, attributes });
    expect(exported.map(partsOf).slice(0, 4)).toEqual([1, 1, 3, 3].map((index) => partsOf(exported[index] as ReadableSpan)));
    expect(exported).toHaveLength(5);
    expect(exported[4]).toMatchObject({ name: 'a clock set back', duration: [0, 0] });
  });

  it('an id is given to one span only, also when none begins', async () => {
    const tracing = await startTracing({ serviceName: 'svc', env: {}, exporter: new InMemorySpanExporter() });
    const begin = () => trace.getTracer('x').startSpan('a', {}, ROOT_CONTEXT).spanContext();
    tracing.sampling.withIds({ traceId, spanId }, () => undefined);
    const after = begin();
    const both = tracing.sampling.withIds({ traceId, spanId }, () => [begin(), begin()]);
    expect([after, ...both].map((one) => [one.traceId === traceId, one.spanId === spanId])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    await tracing.shutdown();
  });

  it('keeps whole traces: a part is recorded where its parent is', async () => {
    const found = await recorded(() => spans.span('a', {}, () => spans.part('b', async () => undefined)));
    const [part, whole] = found;
    expect(found.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(part?.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId);
  });
});

describe('errors', () => {
  it('are told by their code, without message or stack', async () => {
    const secret = 'planted-secret';
    const [span] = await recorded(() => spans.span('a', {}, () => Promise.reject(new TelemetryError('INVALID_WINDOW', secret))));
    expect(span).toMatchObject({ attributes: { 'error.type': 'INVALID_WINDOW' }, status: { code: 2 }, events: [] });
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain(secret);
  });
});

describe('fetch', () => {
  const answering =
    (status: number, seen: Headers[] = []): typeof fetch =>
    (_url, init) => {
      seen.push(new Headers(init?.headers));
      return Promise.resolve(new Response(null, { status }));
    };

  it('takes the trace along in a span of its own, without query, headers or password', async () => {
    const seen: Headers[] = [];
    const call = () =>
      tracingFetch(answering(409, seen))('https://mc.example:8443/graphql?token=planted', {
        method: 'POST',
        headers: { authorization: 'Bearer planted' },
      });
    const [client, whole] = await recorded(() => spans.span('a', {}, call));
    expect(spanContextOf(seen[0]?.get('traceparent'))).toMatchObject({
      traceId: whole?.spanContext().traceId,
      spanId: client?.spanContext().spanId,
    });
    expect(client).toMatchObject({
      name: 'POST',
      kind: 2,
      status: { code: 2 },
      attributes: {
        'http.request.method': 'POST',
        'url.full': 'https://mc.example:8443/graphql',
        'server.address': 'mc.example',
        'server.port': 8443,
        'http.response.status_code': 409,
        'error.type': '409',
      },
    });
    expect(JSON.stringify(client?.attributes)).not.toContain('planted');
  });

  it('outside of a span it sends what it was given, and nothing else', async () => {
    const seen: Headers[] = [];
    await recorded(() => tracingFetch(answering(200, seen))('http://mc.example/'));
    expect([...(seen[0] ?? [])]).toEqual([]);
  });

  it('a call that fails is a failed span, and fails as before', async () => {
    const failing: typeof fetch = () => Promise.reject(new TypeError('planted'));
    const [client] = await recorded(() => spans.span('a', {}, () => tracingFetch(failing)('http://mc.example/')));
    expect(client).toMatchObject({ attributes: { 'error.type': 'TypeError' }, status: { code: 2 } });
  });
});

describe('a receiver that is away', () => {
  it('a refused connection is tried once, and the end comes within the time given', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const tracing = await startTracing({ serviceName: 'svc', env, timeoutMs: 700 });
    expect(await spans.span('a', {}, async () => 7)).toBe(7);
    await tracing.shutdown();
  });

  it('one that takes the connection and never answers is left behind', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const tracing = await startTracing({
      serviceName: 'svc',
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_TRACES_SAMPLER_ARG: '1' },
      timeoutMs: 200,
    });
    await spans.span('a', {}, async () => undefined);
    await tracing.shutdown();
    silent.close();
  });
});
