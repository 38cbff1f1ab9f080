// One trace from publish to verdict, as the SDK records it: a publisher, MC over a real database, a gate, all in this process.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { DecisionPredicate } from '@promotable/contracts';
import { parseSigned, createPublisher } from '@promotable/sdk-evidence';
import { askGate, memoryState } from '@promotable/gate/client';
import { startTracing } from '@promotable/telemetry/opentelemetry';
import { spansOf } from '@promotable/telemetry/tracing';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';

const digest = 'a'.repeat(64);
const planted = 'planted-0f3b9c-secret';
const spans: ReadableSpan[] = [];
let mc: RunningMc;
let decision: DecisionPredicate;
let pipeline: string;

beforeAll(async () => {
  mc = await runMissionControl();
  const tracing = await startTracing({
    serviceName: 'test',
    env: {},
    samplingRatio: 1,
    exporter: {
      export(batch, done) {
        spans.push(...batch);
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    },
  });
  const token = await mc.token();
  const rootPublicKey = await readFile(join(mc.data, 'root.pub'), 'utf8');
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const publisher = createPublisher({ url: mc.url, token: async () => token });
  await spansOf('test').span('pipeline', {}, async (span) => {
    pipeline = span.spanContext().traceId;
    for (const predicate of [failedBuild(), stagePredicate()]) {
      const bundle = await mc.client.sign(predicate, digest);
      const evidence = parseSigned(Buffer.from(JSON.stringify(bundle)));
      await publisher.publish(evidence, { idempotencyKey: `${evidence.predicate.checkpoint}-${planted}` });
    }
    const answer = await askGate({
      url: mc.url,
      token,
      question: { service: 'checkout', releaseId: '1.0.0', environment: 'production', stage: '20', digests: [`sha256:${digest}`] },
      trust: { rootPublicKey },
      state: memoryState(),
      clock,
    });
    if (answer.decision === null) throw new Error(`no decision: ${JSON.stringify(answer.reasons)}`);
    decision = answer.decision;
  });
  await fetch(`${mc.url}/v1/decisions/${planted}?${planted}=${planted}`, {
    headers: { authorization: `Bearer ${token}`, [planted]: planted },
  });
  await fetch(`${mc.url}/${planted}`, { headers: { authorization: `Bearer ${planted}` } });
  await fetch(`${mc.url}/metrics`);
  await mc.end();
  await tracing.shutdown();
});

/** A test whose name is a secret. */
function failedBuild(): object {
  const { values, ...predicate } = buildPredicate() as { values: { tests: object } };
  return { ...predicate, values: { ...values, tests: { ...values.tests, passed: 1, failed: 1, failures: [planted] } } };
}

const named = (name: string) => spans.filter((span) => span.name === name);
const parentOf = (span: ReadableSpan) => spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
const path = (span: ReadableSpan | undefined): string[] => (span === undefined ? [] : [...path(parentOf(span)), span.name]);

describe('one trace from publish to verdict', () => {
  it('has a span for every step, each under the one that caused it', () => {
    const traced = spans.filter((span) => span.spanContext().traceId === pipeline);
    expect([...new Set(traced.map((span) => path(span).join(' > ')))].sort()).toEqual([
      'pipeline',
      'pipeline > evidence.publish',
      'pipeline > evidence.publish > POST',
      'pipeline > evidence.publish > POST > POST /graphql',
      'pipeline > evidence.publish > POST > POST /graphql > evidence.store',
      'pipeline > evidence.publish > POST > POST /graphql > evidence.verify',
      'pipeline > gate.ask',
      'pipeline > gate.ask > GET',
      'pipeline > gate.ask > GET > GET /.well-known/promotable/keys.json',
      'pipeline > gate.ask > POST',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout > gate.decide',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout > gate.decide > gate.facts',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout > gate.decide > gate.policy',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout > gate.decide > gate.sign',
      'pipeline > gate.ask > POST > POST /v1/gate/rollout > gate.decide > gate.store',
    ]);
  });

  it('is the trace that the signed decision names', () => {
    expect(decision.traceId).toBe(pipeline);
    expect(named('gate.decide')).toMatchObject([
      { attributes: { 'mc.decision.id': decision.id, 'mc.verdict': decision.verdict, 'mc.stage': '20' } },
    ]);
  });

  it('the decision links to the requests that brought the evidence it counts', () => {
    const [decide] = named('gate.decide');
    const receiving = named('POST /graphql').map((span) => span.spanContext().spanId);
    expect(receiving).toHaveLength(2);
    expect(decide?.links.map(({ context }) => context.spanId).sort()).toEqual([...receiving].sort());
    expect(decide?.links.map(({ context }) => context.traceId)).toEqual([pipeline, pipeline]);
  });

  it('requests have the names and values of the HTTP conventions', () => {
    expect(named('POST /v1/gate/rollout')).toMatchObject([
      {
        kind: 1,
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/v1/gate/rollout',
          'http.response.status_code': 200,
          'url.path': '/v1/gate/rollout',
          'url.scheme': 'http',
          'mc.tenant': 'local',
        },
        status: { code: 0 },
      },
    ]);
    expect(named('GET /v1/decisions/:id')).toMatchObject([
      { attributes: { 'url.path': '/v1/decisions/:id', 'error.type': expect.any(String) } },
    ]);
  });

  it('probes and scrapes are in no trace', () => {
    expect(spans.filter((span) => String(span.attributes['url.path']).includes('metrics'))).toEqual([]);
  });

  it('holds no secret: no token, header, path, query or key of a caller', () => {
    const exported = JSON.stringify(
      spans.map(({ name, attributes, events, links, status, resource }) => [name, attributes, events, links, status, resource.attributes]),
    );
    expect(exported).not.toContain(planted);
    expect(exported).not.toMatch(/Bearer|eyJ|urn:promotable:mc#/);
  });
});
