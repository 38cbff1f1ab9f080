import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServerError } from './api-server-error.ts';
import { readConfiguration } from './configuration.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-configuration-'));
});

afterAll(() => rm(directory, { recursive: true }));

function faultsOf(argv: readonly string[], env: Record<string, string>): string[] {
  try {
    readConfiguration(argv, env);
  } catch (error) {
    const { code, faults, message } = error as ApiServerError;
    expect(code).toBe('CONFIGURATION_INVALID');
    expect(message).not.toContain('\n');
    return faults.map(({ path }) => path);
  }
  return [];
}

describe('the configuration', () => {
  it('has a default for everything that a local start needs', () => {
    expect(readConfiguration([], {})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 4000,
      fallbackToFreePort: true,
      data: resolve('.promotable'),
      reset: false,
      acceptLoss: false,
      postgresUri: null,
      policyLayer: 'standard',
      activatePolicy: 'always',
      metricEnvironments: ['production', 'staging'],
      keys: null,
      oidcIssuers: [],
      publicUrl: null,
    });
  });

  it('takes flags before the environment, and a port asked for by name is not replaced', () => {
    expect(
      readConfiguration(['--port', '0', '--data', '/d', '--reset', '--accept-loss'], { PORT: '5000', PROMOTABLE_DATA: '/e' }),
    ).toMatchObject({
      port: 0,
      fallbackToFreePort: false,
      data: '/d',
      reset: true,
      acceptLoss: true,
    });
    expect(readConfiguration([], { PORT: '5000', PROMOTABLE_POLICY_LAYER: 'demo' })).toMatchObject({
      port: 5000,
      fallbackToFreePort: false,
      policyLayer: 'demo',
    });
  });

  it('reads an empty variable as one that is not set', () => {
    expect(readConfiguration([], { PORT: '', POSTGRES_URI: '' })).toMatchObject({ port: 4000, postgresUri: null });
  });

  it('names everything that is wrong at once', () => {
    const env = {
      PORT: '70000',
      POSTGRES_URI: 'mysql://x',
      PROMOTABLE_POLICY_LAYER: 'lax',
      PROMOTABLE_OIDC: join(directory, 'missing.json'),
      PROMOTABLE_DEFAULT_ENVIRONMENTS: '{',
      PROMOTABLE_PUBLIC_URL: 'ftp://x',
      LOG_LEVEL: 'loud',
      PROMOTABLE_ACTIVATE_POLICY: 'maybe',
    };
    expect(faultsOf([], env).sort()).toEqual(Object.keys(env).sort());
    expect(faultsOf(['--prot', '1'], {})).toEqual(['command line']);
  });

  it('judges the variables of OpenTelemetry with everything else', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', OTEL_TRACES_SAMPLER_ARG: '0.01', PORT: 'x' };
    expect(faultsOf([], env).sort()).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER_ARG', 'PORT']);
  });

  it('names the fault inside a policy layer', async () => {
    const file = join(directory, 'layers.json');
    await writeFile(file, JSON.stringify([{ level: 'service', name: 'checkout', values: { p95BudgetMs: 'fast' }, bounds: {} }]));
    expect(faultsOf([], { PROMOTABLE_POLICY_OVERRIDES: file })).toEqual(['PROMOTABLE_POLICY_OVERRIDES/0/values/p95BudgetMs']);
  });

  it('refuses in production what is made for development, and asks for what development makes itself', () => {
    expect(faultsOf(['--reset'], { NODE_ENV: 'production', PROMOTABLE_POLICY_LAYER: 'demo' }).sort()).toEqual([
      '--reset',
      'POSTGRES_URI',
      'PROMOTABLE_KEYS',
      'PROMOTABLE_POLICY_LAYER',
    ]);
    const env = { NODE_ENV: 'production', POSTGRES_URI: 'postgres://u:p@db:5432/mc', PROMOTABLE_KEYS: '/etc/promotable/keys' };
    expect(readConfiguration([], env)).toMatchObject({
      production: true,
      fallbackToFreePort: false,
      activatePolicy: 'if-none',
      defaultEnvironments: {},
    });
  });
});
