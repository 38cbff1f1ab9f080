import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrometheus } from './prometheus.ts';
import { promtool } from './promtool.ts';

let directory: string;
let scraped: Promise<unknown>;
let target: Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-prometheus-test-'));
  await writeFile(join(directory, 'rules.yml'), rules);
  target = createServer();
  scraped = new Promise((twice) => {
    let count = 0;
    target.on('request', (_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end('answers_total 42\n');
      count += 1;
      if (count === 2) twice(count);
    });
  });
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
});

afterAll(async () => {
  target.close();
  await rm(directory, { recursive: true });
});

const rules = `
groups:
  - name: answers
    rules:
      - alert: TooManyAnswers
        expr: answers_total > 41
`;

test('it scrapes its targets, evaluates its rules, answers queries and leaves nothing behind', async () => {
  const { port } = target.address() as AddressInfo;
  const prometheus = await startPrometheus({ targets: [`127.0.0.1:${port}`], rules: [join(directory, 'rules.yml')] });
  // A second scrape begins when the samples of the first are stored.
  await scraped;
  const answer = await fetch(`${prometheus.url}/api/v1/query?query=answers_total`);
  expect(await answer.json()).toMatchObject({ data: { result: [{ metric: { job: 'test' }, value: [expect.any(Number), '42'] }] } });
  const loaded = await fetch(`${prometheus.url}/api/v1/rules`);
  expect(await loaded.json()).toMatchObject({ data: { groups: [{ rules: [{ name: 'TooManyAnswers' }] }] } });
  await prometheus.stop();
  expect(existsSync(prometheus.site.directory)).toBe(false);
  await expect(fetch(prometheus.url)).rejects.toThrow('fetch failed');
});

test('it has its history from the start, and says what is wrong with one that cannot be read', async () => {
  const at = Math.floor(Date.now() / 1000) - 60;
  const prometheus = await startPrometheus({ history: `# TYPE answers counter\nanswers_total{kind="old"} 41 ${at}\n# EOF\n` });
  const answer = await fetch(`${prometheus.url}/api/v1/query?query=answers_total&time=${at}`);
  expect(await answer.json()).toMatchObject({ data: { result: [{ metric: { kind: 'old' }, value: [at, '41'] }] } });
  await prometheus.stop();
  await expect(startPrometheus({ history: 'no samples' })).rejects.toMatchObject({ code: 'START_FAILED' });
});

test('a configuration that it does not accept is an error that ends with its own words', async () => {
  await expect(startPrometheus({ configuration: 'scrape_config: []' })).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('field scrape_config not found'),
  });
});

test('promtool runs rule tests and says which expectation was not met', async () => {
  const tests = (value: string): string => `
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{ series: answers_total, values: '${value}' }]
    alert_rule_test: [{ eval_time: 0m, alertname: TooManyAnswers, exp_alerts: [{}] }]
`;
  await writeFile(join(directory, 'firing.yml'), tests('42'));
  await writeFile(join(directory, 'silent.yml'), tests('41'));
  expect(await promtool(['test', 'rules', 'firing.yml'], { cwd: directory })).toMatchObject({ exitCode: 0 });
  expect(await promtool(['test', 'rules', 'silent.yml'], { cwd: directory })).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('TooManyAnswers'),
  });
});
