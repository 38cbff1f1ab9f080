// One trace over three processes and OTLP: `mc evidence publish`, MC, `mc gate rollout`, as an OpenTelemetry collector keeps it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CollectedSpan, type Collector, startCollector, testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPredicate, mcClient, stagePredicate } from './testing/mc-client.ts';
import { type McProcess, startMc } from './testing/mc-process.ts';

const mcMain = fileURLToPath(new URL('./main.ts', import.meta.resolve('@promotable/mc')));
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const pipelineSpan = '00f067aa0ba902b7';
const marker = 'b7ad6b7169203331';
const digest = 'a'.repeat(64);
const unsampledRequests = 600;

let collector: Collector;
let database: TestDatabase;
let folder: string;
let mc: McProcess;
let decision: { readonly id: string; readonly traceId: string };
let spans: readonly CollectedSpan[];

beforeAll(async () => {
  collector = await startCollector();
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'promotable-traces-'));
  const data = join(folder, 'mc');
  mc = await startMc(['--data', data, '--port', '0'], {
    POSTGRES_URI: database.uri,
    PROMOTABLE_POLICY_LAYER: 'demo',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=mc-0',
  });
  const client = await mcClient(mc.url, data);
  const files = await Promise.all(
    [buildPredicate(), stagePredicate()].map(async (predicate, index) => {
      const file = join(folder, `${index}.evidence.json`);
      await writeFile(file, JSON.stringify(await client.sign(predicate, digest)));
      return file;
    }),
  );
  await command(['evidence', 'publish', ...files, '--data', data]);
  const question = ['--service', 'checkout', '--release', '1.0.0', '--environment', 'production', '--stage', '20'];
  const asked = await command(['gate', 'rollout', ...question, '--digest', `sha256:${digest}`, '--json', '--data', data]);
  ({ decision } = JSON.parse(asked) as { decision: typeof decision });

  for (let sent = 0; sent < unsampledRequests; sent += 20)
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${mc.url}/.well-known/promotable/keys.json`)));
  await fetch(`${mc.url}/v1/decisions`, { headers: { traceparent: `00-${'c'.repeat(32)}-${marker}-01` } });
  // What is left is delivered when MC ends.
  expect(await mc.end('SIGTERM')).toBe(0);
  await vi.waitUntil(async () => (await collector.spans()).some(({ parentSpanId }) => parentSpanId === marker), { timeout: 10_000 });
  spans = await collector.spans();
});

afterAll(async () => {
  mc?.child.kill('SIGKILL');
  await collector?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `mc` in a process of its own as a job of the pipeline does; a hold is an answer like others. */
function command(args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    TRACEPARENT: `00-${traceId}-${pipelineSpan}-01`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    GITHUB_ACTIONS: 'true',
    GITHUB_RUN_ID: '42',
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--conditions=@promotable/source', mcMain, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      if (error !== null && error.code !== 3) reject(new Error(`${args.join(' ')}: ${stderr}`));
      else resolve(stdout);
    });
  });
}

const inTrace = (): CollectedSpan[] => spans.filter((span) => span.traceId === traceId);
const path = (span: CollectedSpan): string => {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? `${span.resource['service.name']}: ${span.name}` : `${path(parent)} > ${span.name}`;
};

describe('one trace from publish to verdict', () => {
  it('arrives whole: each step under the one that caused it, over three processes', () => {
    const publish = 'mc: mc evidence publish > evidence.publish > POST > POST /graphql';
    const ask = 'mc: mc gate rollout > gate.ask';
    const rollout = `${ask} > POST > POST /v1/gate/rollout`;
    expect([...new Set(inTrace().map(path))].sort()).toEqual(
      [
        'mc: mc evidence publish',
        'mc: mc evidence publish > evidence.publish',
        'mc: mc evidence publish > evidence.publish > POST',
        publish,
        `${publish} > evidence.verify`,
        `${publish} > evidence.store`,
        'mc: mc gate rollout',
        ask,
        `${ask} > GET`,
        `${ask} > GET > GET /.well-known/promotable/keys.json`,
        `${ask} > POST`,
        rollout,
        `${rollout} > gate.decide`,
        `${rollout} > gate.decide > gate.facts`,
        `${rollout} > gate.decide > gate.policy`,
        `${rollout} > gate.decide > gate.sign`,
        `${rollout} > gate.decide > gate.store`,
      ].sort(),
    );
    const begun = inTrace().filter(({ name }) => name.startsWith('mc '));
    expect(begun.map(({ parentSpanId }) => parentSpanId)).toEqual([pipelineSpan, pipelineSpan]);
  });

  it('is the one that the signed decision names, and the decision links to the publishes that it counts', () => {
    expect(decision.traceId).toBe(traceId);
    const decide = inTrace().find(({ name }) => name === 'gate.decide');
    expect(decide?.attributes['mc.decision.id']).toBe(decision.id);
    const receiving = inTrace().filter(({ name }) => name === 'POST /graphql');
    expect(decide?.links.map(({ spanId }) => spanId).sort()).toEqual(receiving.map(({ spanId }) => spanId).sort());
  });

  it('says which process, which version and which pipeline', () => {
    const [publish] = inTrace().filter(({ name }) => name === 'mc evidence publish');
    expect(publish).toMatchObject({
      resource: { 'service.name': 'mc', 'service.version': expect.any(String), 'cicd.pipeline.run.id': '42' },
    });
    const [server] = inTrace().filter(({ name }) => name === 'POST /graphql');
    expect(server).toMatchObject({
      kind: 2,
      resource: { 'service.name': 'mission-control', 'service.instance.id': 'mc-0', 'deployment.environment.name': 'development' },
    });
  });
});

describe('sampling', () => {
  it('keeps about a tenth of what nobody asked to keep, and whole traces of it', () => {
    const kept = spans.filter(({ name, parentSpanId }) => name === 'GET /.well-known/promotable/keys.json' && parentSpanId === '');
    // 60 are expected of 600; the bounds are more than five standard deviations (7.3) away.
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(100);
    expect(new Set(kept.map((span) => span.traceId)).size).toBe(kept.length);
  });
});
