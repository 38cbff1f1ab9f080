import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { java } from '../installers/java.ts';
import { mavenDependencies } from '../installers/maven.ts';
import { ensureDataDirectory } from '../postgres/cluster-directory.ts';
import { type StartOptions, startProcess } from '../process/start-process.ts';
import { inUse } from '../process/data-in-use.ts';
import { initialPassword, neo4jConfiguration, neo4jJvmOptions } from './configuration.ts';

export const neo4jVersion = '5.26.30';

export interface Neo4jOptions extends CacheOptions, StartOptions {
  /** Directory that keeps the database and its password; made when missing. @default a temporary one, removed at the end */
  readonly dataDirectory?: string;
}

/** A running Neo4j 5.26 Community. It ends with `stop()`, and by itself when this process ends in whatever way. */
export interface Neo4j {
  /** `bolt://127.0.0.1:port` */
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

const user = 'neo4j';

/**
 * Starts a real Neo4j on 127.0.0.1, Bolt alone. The first call fetches its jars with Maven (123 MB) and, where there is no Java 17, a Java.
 * Throws a {@link ServicesError}: `PART_UNAVAILABLE`, `NOT_WRITABLE`, `DATA_IN_USE`, `START_FAILED`, `ABORTED`, …
 */
export async function startNeo4j(options: Neo4jOptions = {}): Promise<Neo4j> {
  const [{ program, args }, jars] = await Promise.all([java(options), neo4jJars(options)]);
  const dataDirectory = options.dataDirectory === undefined ? null : resolve(options.dataDirectory);
  if (dataDirectory !== null) await ensureDataDirectory(dataDirectory);
  let password = '';
  const running = await startProcess(
    {
      name: 'neo4j',
      command: async ({ directory, ports: [port] }) => {
        const home = dataDirectory ?? directory;
        password = await prepareHome(home, port);
        const server = [
          '-cp',
          join(jars, '*'),
          'org.neo4j.server.CommunityEntryPoint',
          `--home-dir=${home}`,
          `--config-dir=${join(home, 'conf')}`,
        ];
        return { program, args: [...args, ...neo4jJvmOptions, ...server, '--console-mode'] };
      },
      ready: /INFO\s+Started\./,
      readyMs: 180_000,
      shutdownMs: 20_000,
    },
    options,
  ).catch((error: unknown) => inUse(error, /locked by another process|Lock file has been locked/, dataDirectory));
  return { uri: `bolt://127.0.0.1:${running.site.ports[0]}`, user, password, stop: running.stop };
}

/** The directory with the jars of the server, fetched on the first call. */
export function neo4jJars(options: CacheOptions = {}): Promise<string> {
  const list = join(import.meta.dirname, 'jars.sha256');
  return mavenDependencies({ name: 'neo4j', version: neo4jVersion, dependencies: [`org.neo4j:neo4j:${neo4jVersion}`], list }, options);
}

/** Writes the configuration for this start and, on the first one, the password of the only user; returns that password. */
async function prepareHome(home: string, port: number): Promise<string> {
  await mkdir(join(home, 'conf'), { recursive: true });
  await mkdir(join(home, 'data/dbms'), { recursive: true });
  await writeFile(join(home, 'conf/neo4j.conf'), neo4jConfiguration(port));
  const passwordFile = join(home, 'password');
  if (!existsSync(passwordFile)) await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const password = await readFile(passwordFile, 'utf8');
  // Read by a server without users alone; a crash before that finds it written anew, with the same password.
  await writeFile(join(home, 'data/dbms/auth.ini'), initialPassword(user, password), { mode: 0o600 });
  return password;
}
