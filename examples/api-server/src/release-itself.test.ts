// A service without artifacts (a function, SaaS), from its builder to the gate of a running MC.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSigner } from '@promotable/attest';
import { buildEvidence, buildStageEvidence, signEvidence } from '@promotable/sdk-evidence';
import { createJsonLog } from '@promotable/server-kit';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { type MissionControl, startMissionControl } from './mission-control.ts';
import { type Answer, type McClient, mcClient } from './testing/mc-client.ts';

let database: TestDatabase;
let data: string;
let mc: MissionControl;
let client: McClient;

beforeAll(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'promotable-release-'));
  const layers = join(data, 'layers.json');
  await writeFile(layers, JSON.stringify([{ level: 'service', name: 'mailer', values: { requireDigest: false }, bounds: {} }]));
  const environment = { POSTGRES_URI: database.uri, PROMOTABLE_POLICY_LAYER: 'demo', PROMOTABLE_POLICY_OVERRIDES: layers };
  mc = await startMissionControl(readConfiguration(['--data', data, '--port', '0'], environment), {
    log: createJsonLog({ level: 'silent' }),
  });
  client = await mcClient(mc.url, data);
});

afterAll(async () => {
  await mc.stop();
  await database.drop();
  await rm(data, { recursive: true });
});

const release = { service: 'mailer', releaseId: 'A' };
const run = { provider: 'ci', id: '7', attempt: 1 };
const junit = [
  {
    name: 'junit.xml',
    bytes: Buffer.from(
      `<testsuite name="s" tests="1" timestamp="${new Date().toISOString()}" time="1"><testcase name="a" time="1"/></testsuite>`,
    ),
  },
];
const sbom = {
  name: 'bom.json',
  bytes: Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"left","version":"1.0.0"}]}'),
};

async function publish(statement: ReturnType<typeof buildEvidence>): Promise<Answer> {
  const { bundle } = await signEvidence(statement, localSigner(await readFile(join(data, 'keys/evidence.pem'), 'utf8')));
  return client.publish(bundle, release);
}

const build = (tenant: string) => buildEvidence({ ...release, tenant, sbom, junit, run }, { clock: { now: Date.now } });

function codes({ body }: Answer): string[] {
  return (body['reasons'] as { code: string }[]).map(({ code }) => code);
}

it('passes on evidence bound to the release itself; another tenant’s is refused, and it answers no question with digests', async () => {
  const foreign = await publish(build('globex'));
  expect([foreign.status, foreign.body.errors?.[0]?.extensions]).toMatchObject([
    422,
    { code: 'BUNDLE_MISMATCH', faults: [{ path: '/bundle/statement/subject/0/digest/sha256' }] },
  ]);
  expect(codes(await client.ask(release))).toContain('NO_EVIDENCE');
  const begun = Date.now();
  expect((await publish(build('local'))).status).toBe(200);
  expect(codes(await client.ask(release))).toEqual(['PENDING']);

  // A window counts from the warm-up (1 s) on and is 8 s long.
  await vi.waitUntil(() => Date.now() - begun > 9200, { timeout: 15_000 });
  const measure = { p95Ms: 40, p99Ms: 60, errorRate: 0, open: 0 };
  const window = { from: new Date(begun + 1100).toISOString(), until: new Date(begun + 9150).toISOString() };
  const stage = { environment: 'production', checkpoint: '20', podTemplateHash: { absent: 'NOT_APPLICABLE' } } as const;
  const slo = { source: 'splitter', canary: measure, stable: measure };
  expect(
    (await publish(buildStageEvidence({ ...release, ...stage, tenant: 'local', window, slo, samples: { slo: 400, stable: 1600 }, run })))
      .status,
  ).toBe(200);
  expect((await client.ask(release)).body).toMatchObject({ verdict: 'pass', reasons: [], digests: [] });
  const named = await client.ask({ ...release, digests: [`sha256:${'a'.repeat(64)}`] });
  expect([named.body['verdict'], codes(named)]).toEqual(['hold', ['NO_EVIDENCE']]);
}, 30_000);
