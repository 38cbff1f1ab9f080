// A login without any set-up, for development: a local issuer with one account, started when the first person logs in.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OidcIssuer } from '@promotable/services';
import { ApiServerError } from '../api-server-error.ts';
import { localTenant } from '../configuration.ts';
import { localScopes } from '../local-connection.ts';
import { writeFileWhole } from '../local-files.ts';
import { discoverClient, type LoginSource, onceItWorks } from './login-source.ts';

export const developmentUser = 'engineer';
const clientId = 'promotable-console';
const claims = { role: 'release-engineer' };

export interface DevelopmentLoginOptions {
  readonly data: string;
  /** Where MC is reached, once it listens. */
  readonly base: () => string;
}

/** @throws {ApiServerError} `DEVELOPMENT_ONLY` when `NODE_ENV` is `production` */
export function developmentLogin({ data, base }: DevelopmentLoginOptions): LoginSource {
  if (process.env['NODE_ENV'] === 'production')
    throw new ApiServerError('DEVELOPMENT_ONLY', 'The local login is refused when NODE_ENV is production: set PROMOTABLE_CONSOLE_OIDC.');
  let issuer: OidcIssuer | null = null;
  return {
    // Not the issuer's address, which changes with every start: a login outlives a restart.
    issuer: 'urn:promotable:local-login',
    rules: [{ claims, tenant: localTenant, services: ['*'], scopes: localScopes.reader }],
    scope: 'openid',
    sessionSeconds: 28_800,
    client: onceItWorks(async () => {
      const { startOidcIssuer } = await import('@promotable/services');
      issuer ??= await startOidcIssuer({
        accounts: [{ username: developmentUser, password: await localPassword(data), claims }],
        clients: [{ clientId, redirectUris: [`${base()}/console/callback`], postLogoutRedirectUris: [`${base()}/`] }],
        hint: `Local development: the name is ${developmentUser}, the password is in ${passwordFile(data)}.`,
      });
      return discoverClient({ issuer: issuer.url, clientId, clientSecret: null, algorithm: 'ES256' });
    }),
    close: async () => issuer?.stop(),
  };
}

export function passwordFile(data: string): string {
  return join(data, 'tokens', 'console');
}

/** Made once per data directory, readable by its owner alone. */
export async function localPassword(data: string): Promise<string> {
  const path = passwordFile(data);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const password = randomBytes(9).toString('base64url');
  await writeFileWhole(path, `${password}\n`);
  return password;
}
