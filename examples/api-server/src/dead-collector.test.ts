// Traces are never in the way: with a receiver that is away, or that takes and never answers, commands say and end as without one.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPredicate } from './testing/mc-client.ts';
import { mcIn } from './testing/mc-command.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${traceId}-00f067aa0ba902b7-01`;
const ask = ['gate', 'rollout', '--service', 'checkout', '--environment', 'production', '--stage', '20', '--json'];
let mc: RunningMc;
let folder: string;
let silent: Server;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-collector-'));
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(async () => {
  silent.close();
  await mc.end();
  await rm(folder, { recursive: true });
});

const silentEndpoint = () => `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;

async function closedEndpoint(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

it.each([
  ['no receiver is set', async () => ({})],
  ['nobody listens', async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: await closedEndpoint() })],
  ['it takes spans and never answers', async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: silentEndpoint() })],
  ['its address makes no sense', async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://nowhere' })],
])('when %s, evidence is published, the gate answers, and both belong to the trace of the pipeline', async (title, environment) => {
  const releaseId = `r-${title.length}`;
  const command = mcIn(folder, { TRACEPARENT, ...(await environment()) });
  const file = join(folder, `${releaseId}.evidence.json`);
  await writeFile(file, JSON.stringify(await mc.client.sign(buildPredicate({ releaseId }))));
  const published = await command(['evidence', 'publish', file, '--data', mc.data, '--json']);
  expect([published.code, published.json()]).toMatchObject([0, [{ outcome: 'accepted' }]]);
  const asked = await command([...ask, '--release', releaseId, '--digest', `sha256:${'a'.repeat(64)}`, '--data', mc.data]);
  expect(asked.code).toBe(3);
  const { decision } = asked.json() as unknown as { decision: { traceId: string; verdict: string } };
  expect([decision.verdict, decision.traceId]).toEqual(['hold', traceId]);
  expect(asked.err.includes('mc: no traces: ')).toBe(title === 'its address makes no sense');
});
