// Which login the console has: the configured one, a local one in development, or none.
import { join } from 'node:path';
import type { Configuration } from '../configuration.ts';
import { consoleKey } from './console-key.ts';
import type { ConsoleParts } from './console-module.ts';
import { developmentLogin, localPassword } from './development-login.ts';
import { discoverClient, onceItWorks } from './login-source.ts';

/** @throws {ApiServerError} `KEYS_UNUSABLE` */
export async function openLogin(
  { consoleOidc, production, keys, data }: Configuration,
  base: () => string,
): Promise<ConsoleParts['login']> {
  if (consoleOidc === null && production) return null;
  const key = await consoleKey(keys ?? join(data, 'keys'), production);
  if (consoleOidc === null) {
    await localPassword(data);
    return { key, source: developmentLogin({ data, base }) };
  }
  const { issuer, rules, scope, sessionSeconds } = consoleOidc;
  return {
    key,
    source: { issuer, rules, scope, sessionSeconds, client: onceItWorks(() => discoverClient(consoleOidc)), close: async () => undefined },
  };
}
