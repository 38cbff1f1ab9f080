import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { k6 } from './k6.ts';

let program: string;
let directory: string;
let server: Server;
let served = 0;

beforeAll(async () => {
  program = await k6();
  directory = await mkdtemp(join(tmpdir(), 'promotable-k6-test-'));
  server = createServer((_request, response) => {
    served += 1;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
}, 900_000);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

interface Summary {
  readonly metrics: Readonly<
    Record<string, { readonly values: Readonly<Record<string, number>>; readonly thresholds?: Readonly<Record<string, { ok: boolean }>> }>
  >;
}

/** One second of load against a local server, held against `threshold`. */
async function load(threshold: string): Promise<{ exitCode: number; summary: Summary }> {
  const { port } = server.address() as AddressInfo;
  const file = join(directory, 'summary.json');
  const script = join(directory, 'script.js');
  await writeFile(
    script,
    `import http from 'k6/http';
     export const options = { vus: 1, duration: '1s', thresholds: { http_req_duration: ['${threshold}'] } };
     export default function () { http.get('http://127.0.0.1:${port}/'); }
     export function handleSummary(data) { return { '${file}': JSON.stringify(data) }; }`,
  );
  const args = ['run', '--quiet', '--no-usage-report', '--address', '', script];
  const exitCode = await new Promise<number>((done) => {
    execFile(program, args, { env: { PATH: '', HOME: directory } }, (error) => done(error === null ? 0 : Number(error.code)));
  });
  return { exitCode, summary: JSON.parse(await readFile(file, 'utf8')) as Summary };
}

test('within its threshold a script exits 0, and its summary counts what the server saw', async () => {
  const { exitCode, summary } = await load('p(95)<10000');
  expect(exitCode).toBe(0);
  expect(summary.metrics['http_reqs']?.values['count']).toBe(served);
  expect(summary.metrics['http_req_duration']?.thresholds).toEqual({ 'p(95)<10000': { ok: true } });
  expect(summary.metrics['http_req_duration']?.values['p(95)']).toBeGreaterThan(0);
});

test('a crossed threshold is exit code 99, and handleSummary says which', async () => {
  const { exitCode, summary } = await load('p(95)<0');
  expect(exitCode).toBe(99);
  expect(summary.metrics['http_req_duration']?.thresholds).toEqual({ 'p(95)<0': { ok: false } });
});
