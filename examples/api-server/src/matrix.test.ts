// Forty services in one matrix, against Mission Control over a real database: what a second run repairs, and that it sends nothing else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '@promotable/mc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPredicate } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const services = Array.from({ length: 40 }, (_, index) => `service-${String(index).padStart(2, '0')}`);
/** Of these, another build is on record already. */
const refused = services.slice(10, 13);
/** Of these, the network loses whatever is sent. */
const lost = services.slice(30, 32);

let mc: RunningMc;
let folder: string;
let run: Command;

const matrix = (releaseOf: (service: string) => string) =>
  [
    'version: 1',
    'run: { provider: github, id: "1187", attempt: 1 }',
    'artifacts:',
    '  base: { file: base.tgz }',
    'services:',
    ...services.flatMap((service) => [
      `  - service: ${service}`,
      `    releaseId: ${releaseOf(service)}`,
      `    artifacts: [base, { file: ${service}.tgz }]`,
      '    reports: { sbom: bom.json, junit: [junit.xml] }',
    ]),
  ].join('\n');

interface Result {
  readonly service: string;
  readonly outcome: string;
  readonly receipt?: { readonly ledgerSequence: string };
  readonly error?: { readonly code: string; readonly faults: readonly { readonly path: string }[] };
}

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-matrix-'));
  run = mcIn(folder);
  const files: Record<string, string> = {
    'base.tgz': 'what all of them are made of',
    'bom.json': JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ type: 'library', name: 'a', version: '1' }] }),
    'junit.xml': '<testsuite name="s" tests="1" time="1"><testcase name="a" time="1"/></testsuite>',
    'release.yaml': matrix(() => '1.0.0'),
  };
  for (const service of services) files[`${service}.tgz`] = `the bytes of ${service}`;
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(async () => {
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

test('of 40 releases 3 are refused and 2 wait: the second run sends exactly those 5, and all 40 are on record once', async () => {
  for (const service of refused) {
    const answer = await mc.client.publish(await mc.client.sign(buildPredicate({ service }), 'f'.repeat(64)), { service });
    expect(answer.status).toBe(200);
  }
  const sent: string[] = [];
  const network = (isWhole: boolean): Io['fetch'] => {
    return async (input, init) => {
      const { variables } = JSON.parse(Buffer.from(init?.body as Uint8Array).toString()) as { variables: { input?: { service: string } } };
      // That something waits in the spool gets through.
      if (variables.input === undefined) return fetch(input, init);
      sent.push(variables.input.service);
      if (!isWhole && lost.includes(variables.input.service)) throw new TypeError('fetch failed');
      return fetch(input, init);
    };
  };
  const publish = `evidence publish --matrix release.yaml --attempts 1 --data ${mc.data}`;

  const first = await run(`${publish} --json`, { fetch: network(false) });
  expect(first.code).toBe(2);
  const results = first.json() as unknown as Result[];
  expect(results.map(({ service }) => service)).toEqual(services);
  expect(results.filter(({ outcome }) => outcome === 'refused').map(({ service, error }) => [service, error?.code])).toEqual(
    refused.map((service) => [service, 'RELEASE_DIGEST_CONFLICT']),
  );
  expect(results.filter(({ outcome }) => outcome === 'spooled').map(({ service }) => service)).toEqual(lost);
  expect(results.filter(({ outcome, receipt }) => outcome === 'accepted' && receipt !== undefined)).toHaveLength(35);
  expect(first.err).toContain('mc: 40 of 40: ');
  expect(first.err).toMatch(/service-11 1\.0\.0:\nmc: RELEASE_DIGEST_CONFLICT: /);

  // The three get the release id they should have had; the network is whole again.
  await writeFile(
    join(folder, 'release.yaml'),
    matrix((service) => (refused.includes(service) ? '1.0.1' : '1.0.0')),
  );
  sent.length = 0;
  const second = await run(`${publish} --json`, { fetch: network(true) });
  expect([second.code, [...sent].sort()]).toEqual([0, [...refused, ...lost]]);
  const repaired = second.json() as unknown as Result[];
  expect(repaired.filter(({ outcome }) => outcome === 'accepted').map(({ service }) => service)).toEqual([...refused, ...lost]);
  expect(repaired.filter(({ outcome, receipt }) => outcome === 'kept' && receipt !== undefined)).toHaveLength(35);

  const { rows } = await mc.database.pool.query<{ service: string; records: number }>(
    `SELECT service, count(*)::int AS records FROM evidence.records WHERE statement_digest <> ALL($1) GROUP BY service ORDER BY service`,
    [(await onRecordBefore()).map(({ statement_digest: digest }) => digest)],
  );
  expect(rows).toEqual(services.map((service) => ({ service, records: 1 })));

  const third = await run(publish, { fetch: network(true) });
  expect([third.code, sent.length]).toEqual([0, 5]);
  expect(third.out).toMatch(/^service +release +outcome +receipt +evidence +why\nservice-00 +1\.0\.0 +kept +#\d+ +[0-9a-f]{12}\n/);
  expect(third.out).toContain('40 releases: 40 kept');
  expect((await run(`evidence replay --list --data ${mc.data}`)).code).toBe(0);
});

/** The records of other builds that stood before the first run. */
async function onRecordBefore() {
  const { rows } = await mc.database.pool.query<{ statement_digest: string }>(
    `SELECT statement_digest FROM evidence.records ORDER BY ingest_sequence LIMIT ${refused.length}`,
  );
  return rows;
}

test.each([
  ['no YAML', 'version: 1\nservices: [', 'USAGE', []],
  ['a key twice', 'version: 1\nversion: 1\n', 'USAGE', []],
  ['another form', 'version: 1\nservices: [{ service: a/b }]', 'EVIDENCE_INVALID', ['/services/0/service']],
])('refuses a matrix with %s and sends nothing', async (_, text, code, paths) => {
  await writeFile(join(folder, 'bad.yaml'), text);
  const { code: exit, json } = await run(`evidence publish --matrix bad.yaml --data ${mc.data} --json`, {
    fetch: () => Promise.reject(new Error('sent')),
  });
  expect([exit, json().error?.code, json().error?.faults.map(({ path }) => path)]).toEqual([2, code, paths]);
});
