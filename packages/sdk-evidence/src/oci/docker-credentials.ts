import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { RegistryCredentials } from './registry-auth.ts';

const DockerConfig = z.object({ auths: z.record(z.string(), z.object({ auth: z.string().optional() }).loose()).optional() }).loose();

/**
 * What `docker login` (or `oras`, `crane`, `cosign login`) left for a registry in `config.json` of `DOCKER_CONFIG`, else of `~/.docker`.
 * Null where there is none. Programs that keep passwords (credential helpers) are not asked.
 */
export async function dockerCredentials(
  registry: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RegistryCredentials | null> {
  const directory = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker');
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '{}');
  const { auths = {} } = DockerConfig.safeParse(jsonOf(text)).data ?? {};
  const auth = [registry, `https://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`]
    .map((name) => (Object.hasOwn(auths, name) ? auths[name]?.auth : undefined))
    .find((found) => found !== undefined && found !== '');
  const [, user, password] = /^([^:]+):(.+)$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  return user === undefined || password === undefined ? null : { user, password };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
