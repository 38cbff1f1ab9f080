import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey } from '@promotable/attest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-collecting-'));
  const { privateKeyPem, publicKeyPem } = generateSigningKey('ecdsa-p256');
  const files = { 'key.pem': privateKeyPem, 'root.pub': publicKeyPem, 'prices.json': '{"source":"x"}', 'broken.json': '{', token: 'abc' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const io = capturedIo({
    cwd: folder,
    env: { MC_URL: 'http://mc.invalid', MC_TOKEN: 'abc', PROMETHEUS_URL: 'http://prometheus.invalid', ...env },
    fetch: (input) => {
      asked.push(String(input));
      return Promise.resolve(new Response('{}'));
    },
  });
  const code = await runMc([...line.split(' '), '--json'], io);
  return { code, asked, answer: JSON.parse(io.out()) as { error?: { code: string; message: string }; verdict?: string } };
}

const rollout = 'gate rollout --service checkout --release A --environment production --stage 20 --root root.pub';
const collected = `${rollout} --collect --key key.pem --pod-template-hash new`;

describe('what is wrong with --collect is said before anything is asked:', () => {
  it.each<[string, string, string, Record<string, string>?]>([
    ['no place of Prometheus', `${collected} --no-stable`, 'CONFIGURATION', { PROMETHEUS_URL: '' }],
    ['a place that is none', `${collected} --no-stable --prometheus prometheus:9090`, 'INVALID_PROMETHEUS'],
    ['no word on the stable version', collected, 'USAGE'],
    ['no word on the canary', `${rollout} --collect --key key.pem --no-stable`, 'USAGE'],
    ['no key', `${rollout} --collect --pod-template-hash new --no-stable`, 'CONFIGURATION'],
    ['a key that is not there', `${rollout} --collect --pod-template-hash new --no-stable --key no.pem`, 'FILE_UNREADABLE'],
    ['a token that cannot be read', `${collected} --no-stable --prometheus-token-file none`, 'FILE_UNREADABLE'],
    ['a label that is none', `${collected} --no-stable --match job`, 'USAGE'],
    ['a template that is not there', `${collected} --no-stable --template none.json`, 'FILE_UNREADABLE'],
    [
      'a template out of the environment that is none',
      `${collected} --no-stable`,
      'INVALID_TEMPLATE',
      { MC_QUERY_TEMPLATE: 'prices.json' },
    ],
    ['a status label beside a file', `${collected} --no-stable --template prices.json --status-label code`, 'USAGE'],
    ['a price book without a price', `${collected} --no-stable --price-book prices.json`, 'INVALID_PRICE_BOOK'],
    ['a price book that is no JSON', `${collected} --no-stable`, 'USAGE', { MC_PRICE_BOOK: 'broken.json' }],
    ['redaction rules that are no JSON', `${collected} --no-stable`, 'CONFIGURATION', { MC_REDACTION_RULES: 'broken.json' }],
    ['another use', `${collected} --no-stable --price-book good.json --usage cloud`, 'USAGE'],
    [
      'pods without a hash',
      `${rollout} --collect --key key.pem --canary-match service=new --no-stable --price-book good.json --usage kubernetes`,
      'USAGE',
    ],
    ['another reading of percentiles', `${collected} --no-stable --percentiles exact`, 'USAGE'],
    ['a patience that is none', `${collected} --no-stable --patience long`, 'USAGE'],
  ])('%s', async (_what, line, code, env) => {
    await writeFile(join(folder, 'good.json'), '{"source":"x","cpuHourUsd":0.04}');
    const { code: exit, asked, answer } = await run(line, env);
    expect([exit, answer.error?.code, asked]).toEqual([2, code, []]);
  });
});

describe('where MC answers with nothing that can be believed', () => {
  it.each([
    `${collected} --stable-hash old`,
    `${collected} --no-stable --price-book good.json --usage kubernetes --usage-match namespace=shop`,
    `${collected} --canary-match service=new@kubernetes --stable-match service=old@kubernetes --template traefik --match namespace=shop`,
    `${collected} --template istio:native --synthetic-template otel --snapshots snapshots.json`,
  ])('nothing is measured, and the gate holds: %s', async (line) => {
    await writeFile(join(folder, 'good.json'), '{"source":"x","cpuHourUsd":0.04}');
    const { code, asked, answer } = await run(line, { MC_STABLE_HASH: 'old', PROMETHEUS_TOKEN: 'secret' });
    expect([code, answer.verdict]).toEqual([3, 'hold']);
    expect(new Set(asked)).toEqual(new Set(['http://mc.invalid/v1/gate/rollout']));
  });
});
