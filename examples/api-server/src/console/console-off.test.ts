// What production makes of a console that nobody configured, or configured wrongly.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJsonLog, createServer } from '@promotable/server-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfiguration } from '../configuration.ts';
import { consoleKey } from './console-key.ts';
import { createConsole } from './console-module.ts';
import { developmentLogin } from './development-login.ts';
import { openLogin } from './open-login.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-console-off-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

const production = {
  NODE_ENV: 'production',
  POSTGRES_URI: 'postgres://u:p@db/mc',
  PROMOTABLE_KEYS: '/keys',
  PROMOTABLE_PUBLIC_URL: 'https://mc.example',
};
const rules = [{ claims: { team: 'release' }, tenant: 'acme', services: ['*'], scopes: ['evidence:read'] }];

async function configured(content: object, env: Record<string, string> = {}) {
  const file = join(directory, 'oidc.json');
  await writeFile(file, JSON.stringify(content));
  return readConfiguration([], { ...production, PROMOTABLE_CONSOLE_OIDC: file, ...env });
}

describe('in production', () => {
  it('a console without a place to log in is off and says so, and nobody gets in', async () => {
    const configuration = readConfiguration([], production);
    expect(configuration.consoleOidc).toBeNull();
    expect(await openLogin(configuration, () => 'https://mc.example')).toBeNull();
    const clock = { now: Date.now, monotonic: () => performance.now() };
    const log = createJsonLog({ level: 'silent' });
    const { module, sessions } = createConsole({
      stores: null as never,
      pool: null as never,
      clock,
      log,
      people: null as never,
      production: true,
      base: () => '',
      login: null,
    });
    expect(sessions).toBeNull();
    const server = await createServer({ modules: [{ ...module, resolvers: {}, scopes: {} }], authenticators: [], clock, log });
    const page = await server.app.inject('/');
    expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('PROMOTABLE_CONSOLE_OIDC is not set')]);
    for (const path of ['/console/login', '/console/session', '/console/events'])
      expect((await server.app.inject(path)).statusCode).toBe(404);
    await server.drain();
  });

  it('the local login is refused', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => developmentLogin({ data: directory, base: () => '' })).toThrow(expect.objectContaining({ code: 'DEVELOPMENT_ONLY' }));
  });

  it('the key that seals sessions must be given, with 32 bytes', async () => {
    await expect(consoleKey(directory, true)).rejects.toMatchObject({ code: 'KEYS_UNUSABLE' });
    await writeFile(join(directory, 'console.key'), 'c2hvcnQ=\n');
    await expect(consoleKey(directory, true)).rejects.toMatchObject({ code: 'KEYS_UNUSABLE' });
  });
});

describe('the file that PROMOTABLE_CONSOLE_OIDC names', () => {
  it('needs an issuer by https, a client and rules, each fault by name', async () => {
    await expect(configured({ issuer: 'http://login.example', scope: 'email', rules: [{}] })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      faults: expect.arrayContaining(
        ['issuer', 'clientId', 'scope', 'rules/0/claims'].map((path) =>
          expect.objectContaining({ path: `PROMOTABLE_CONSOLE_OIDC/${path}` }),
        ),
      ),
    });
  });

  it('takes the rules of the same issuer from PROMOTABLE_OIDC where it has none', async () => {
    const file = { issuer: 'https://login.example', clientId: 'console' };
    await expect(configured(file)).rejects.toMatchObject({ faults: [expect.objectContaining({ path: 'PROMOTABLE_CONSOLE_OIDC/rules' })] });
    const issuers = join(directory, 'issuers.json');
    await writeFile(issuers, JSON.stringify([{ issuer: 'https://login.example', rules }]));
    expect((await configured(file, { PROMOTABLE_OIDC: issuers })).consoleOidc).toMatchObject({
      rules,
      algorithm: 'RS256',
      sessionSeconds: 28_800,
    });
  });

  it('needs the https address that logins come back to', async () => {
    const file = { issuer: 'https://login.example', clientId: 'console', rules };
    for (const PROMOTABLE_PUBLIC_URL of ['http://mc.example', ''])
      await expect(configured(file, { PROMOTABLE_PUBLIC_URL })).rejects.toMatchObject({
        faults: [expect.objectContaining({ path: 'PROMOTABLE_PUBLIC_URL' })],
      });
  });
});
