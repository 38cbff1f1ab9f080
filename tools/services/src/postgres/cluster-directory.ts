import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chown, link, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemError, ServicesError } from '../services-error.ts';
import type { Account } from './account.ts';
import { postgresFailure } from './failure.ts';

/** Superuser of every cluster that we create. */
export const superuser = 'promotable';

/** Environment of the PostgreSQL programs: nothing of ours, so no `PG*` variable changes what they do. */
export const programEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

/** Where a cluster lives inside its data directory. */
export function clusterDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'cluster');
}

/** The numeric owner of an existing cluster, null when there is none yet. */
export function clusterOwner(dataDirectory: string): { uid: number; gid: number } | null {
  try {
    const { uid, gid } = statSync(clusterDirectory(dataDirectory));
    return { uid, gid };
  } catch {
    return null;
  }
}

/**
 * Creates the cluster on the first call, keeps an existing one, and returns the superuser's password (kept beside it, mode 0600).
 * A crash or a second process in the middle leaves either no cluster or a whole one: it is built aside and renamed.
 */
export async function prepareCluster(dataDirectory: string, initdb: string, account: Account, durable: boolean): Promise<string> {
  try {
    const password = await ensurePassword(dataDirectory);
    if (!existsSync(join(clusterDirectory(dataDirectory), 'PG_VERSION')))
      await buildCluster(dataDirectory, initdb, account, durable, password);
    return password;
  } catch (error) {
    throw error instanceof ServicesError ? error : fileSystemError(dataDirectory, error);
  }
}

/** Makes the directory itself; throws `NOT_WRITABLE` or `DISK_FULL`. */
export async function ensureDataDirectory(dataDirectory: string): Promise<void> {
  try {
    await mkdir(dataDirectory, { recursive: true });
    const probe = await mkdtemp(join(dataDirectory, '.probe-'));
    await rm(probe, { recursive: true });
  } catch (error) {
    throw fileSystemError(dataDirectory, error);
  }
}

async function ensurePassword(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'password');
  if (!existsSync(path)) {
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    // A hard link fails when the name exists: the first of two processes wins and both read the same password.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  return (await readFile(path, 'utf8')).trim();
}

async function buildCluster(dataDirectory: string, initdb: string, account: Account, durable: boolean, password: string): Promise<void> {
  const draft = await mkdtemp(join(dataDirectory, '.initdb-'));
  try {
    const cluster = join(draft, 'cluster');
    const passwordFile = join(draft, 'password');
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.owner !== null) for (const path of [draft, cluster, passwordFile]) await chown(path, account.owner.uid, account.owner.gid);
    const args = [`--pgdata=${cluster}`, `--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
    args.push(
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    );
    await run(account, initdb, args);
    await rename(cluster, clusterDirectory(dataDirectory)).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      await stat(join(clusterDirectory(dataDirectory), 'PG_VERSION'));
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function run(account: Account, program: string, args: readonly string[]): Promise<void> {
  const [command, commandArgs] = account.command(program, args);
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, {
      ...account.credentials,
      cwd: '/',
      env: { ...programEnvironment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    child.on('error', (error) => reject(postgresFailure(error.message)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(postgresFailure(output))));
  });
}
