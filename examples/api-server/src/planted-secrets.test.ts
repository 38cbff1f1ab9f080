// Secrets and personal data planted into every free text of a build, followed through everything that leaves a machine: none is seen again.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { plantedSecrets } from '@promotable/sdk-evidence/testing';
import { startTracing, type Tracing } from '@promotable/telemetry/opentelemetry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let mc: RunningMc;
let listener: Server;
let tracing: Tracing;
const spans: ReadableSpan[] = [];
const told: string[] = [];
/** What was emitted, by where it was seen. */
const emitted = new Map<string, string>();
const digest = `sha256:${'d'.repeat(64)}`;

beforeAll(async () => {
  const exporter = {
    export(batch: ReadableSpan[], done: (result: { code: number }) => void) {
      spans.push(...batch);
      done({ code: 0 });
    },
    shutdown: async () => undefined,
  };
  tracing = await startTracing({ serviceName: 'test', env: {}, samplingRatio: 1, exporter });
  listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      told.push(Buffer.concat(chunks).toString());
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  mc = await runMissionControl(undefined, { SLACK_WEBHOOK_URL: url, PROMOTABLE_WEBHOOK_URL: url, PROMOTABLE_WEBHOOK_SECRET: secret });
  await writeFile(join(mc.data, 'auditor.key'), Buffer.alloc(32, 5).toString('base64'));
  await writeFile(join(mc.data, 'app.tgz'), 'bytes');
});
afterAll(async () => {
  listener.closeAllConnections();
  listener.close();
});

function keep(where: string, text: string): void {
  emitted.set(where, `${emitted.get(where) ?? ''}${text}\n`);
}

async function run(...line: readonly string[]): Promise<number> {
  const { code, out, err } = await mcIn(mc.data)([...line]);
  keep(`mc ${line[0]} ${line[1]}`, `${out}\n${err}`);
  return code;
}

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');

async function keepFolder(where: string, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) keep(where, await readFile(join(entry.parentPath, entry.name), 'utf8'));
}

describe('planted secrets and personal data', () => {
  it(`of ${plantedSecrets.length} kinds are in nothing that is emitted`, async () => {
    const texts = plantedSecrets.map(({ text }) => text);
    const at = (index: number): string => texts[index] ?? '';
    for (let group = 0; group * 15 < texts.length; group++) {
      const names = texts.slice(group * 15, group * 15 + 15);
      const release = `planted-${group}`;
      const cases = names.map(
        (name) => `<testcase name="${attribute(name)}" classname="${attribute(name)}"><failure message="${attribute(name)}"/></testcase>`,
      );
      await writeFile(
        join(mc.data, 'junit.xml'),
        `<testsuite name="${attribute(at(group))}" timestamp="2026-11-21T10:00:00Z">${cases.join('')}</testsuite>`,
      );
      const build = ['evidence', 'build', '--service', 'checkout', '--release', release, '--artifact', 'app.tgz', '--junit', 'junit.xml'];
      const about = ['--run', at(group).slice(0, 250), '--provider', 'ci', '--auditor-key', 'auditor.key', '--data', mc.data];
      expect(await run(...build, '--release-digest', digest, ...about, '--dry-run', '--show-redactions')).toBe(0);
      expect(await run(...build, '--release-digest', digest, ...about, '--out', `${release}.json`, '--json')).toBe(0);
      keep('statement', await readFile(join(mc.data, `${release}.json`), 'utf8'));
      const away = ['--url', 'http://127.0.0.1:9', '--token-file', 'tokens/publisher', '--attempts', '1', '--spool', 'waiting'];
      expect(await run('evidence', 'publish', `${release}.json`, ...away)).toBe(3);
      await keepFolder('spool', join(mc.data, 'waiting'));
      expect(await run('evidence', 'replay', '--spool', 'waiting', '--data', mc.data)).toBe(0);
      // What is refused is quoted in faults: a time, a service, a report that is none.
      await writeFile(
        join(mc.data, 'broken.xml'),
        `<testsuite timestamp="${attribute(at(group + 15))}"><testcase name="${attribute(at(group))}"/>`,
      );
      expect(await run(...build.with(9, 'broken.xml'), '--run', '7', '--data', mc.data, '--out', 'broken.json')).toBe(2);
      expect(await run(...build.with(3, at(group + 20)), '--run', '7', '--data', mc.data, '--out', 'broken.json', '--json')).toBe(2);
      const ask = ['--service', 'checkout', '--release', release, '--environment', 'production', '--stage', '20', '--digest', digest];
      // Fail, or on a machine that is too slow to answer a hold: what it says of the failed tests is what matters here.
      expect([1, 3]).toContain(await run('gate', 'rollout', ...ask, '--data', mc.data, '--json'));
      expect(await run('evidence', 'status', '--service', 'checkout', '--release', release, '--data', mc.data, '--json')).toBe(0);
      const story = await mc.client.get(
        `/graphql?id=${'0'.repeat(64)}&variables=${encodeURIComponent(JSON.stringify({ release: at(group) }))}`,
      );
      keep('refusal', await story.text());
    }
    const { rows } = await mc.database.pool.query<{ id: string }>('SELECT id FROM gate.decisions');
    for (const { id } of rows) {
      await expect.poll(() => run('decision', 'export', id, '--out', `exported-${id}`, '--data', mc.data), { timeout: 20_000 }).toBe(0);
      await run('decision', 'explain', id, '--data', mc.data);
      await keepFolder('decision', join(mc.data, `exported-${id}`));
    }
    await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(0);
    keep('notification', told.join('\n'));
    keep('metrics', await (await fetch(`${mc.url}/metrics`)).text());
    for (const stream of ['evidence', 'decision', 'access'])
      keep('ledger', await (await mc.client.get(`/v1/ledger/${stream}/export`)).text());
    for (const [schema, table] of await tables()) {
      const dump = await mc.database.pool.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${schema}.${table} t`);
      keep('database', dump.rows.map(({ row }) => row).join('\n'));
    }
    await mc.end();
    keep('log', mc.logged());
    await tracing.shutdown();
    keep(
      'trace',
      JSON.stringify(spans.map(({ name, attributes, events, links, status }) => ({ name, attributes, events, links, status }))),
    );

    for (const where of ['statement', 'spool', 'decision', 'notification', 'metrics', 'ledger', 'database', 'trace'])
      expect(emitted.get(where)?.length).toBeGreaterThan(200);
    // Every kind did go through, and left its mark alone.
    const statements = decodedOf(emitted.get('statement') ?? '');
    expect(plantedSecrets.filter(({ rule }) => !statements.includes(`[redacted:${rule}]`))).toEqual([]);
    expect(hits()).toEqual([]);
  });
});

async function tables(): Promise<[string, string][]> {
  const { rows } = await mc.database.pool.query<{ schema: string; name: string }>(
    "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema IN ('evidence', 'gate', 'ledger', 'governance', 'access', 'notify')",
  );
  return rows.map(({ schema, name }) => [schema, name]);
}

/** Which secret was seen where, as it is, as JSON writes it, and within base64. */
function hits(): string[] {
  return [...emitted].flatMap(([where, text]) => {
    const everything = decodedOf(text);
    return plantedSecrets
      .filter(({ secret }) => everything.includes(secret) || everything.includes(JSON.stringify(secret).slice(1, -1)))
      .map(({ what }) => `${what} in ${where}`);
  });
}

/** The text and whatever stands in it as base64. */
function decodedOf(text: string): string {
  const decoded = (text.match(/[A-Za-z0-9+/_-]{64,}={0,2}/g) ?? []).map((base64) => Buffer.from(base64, 'base64').toString('latin1'));
  return [text, ...decoded].join('\n');
}
