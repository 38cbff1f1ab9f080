import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@promotable/contracts';
import pg from 'pg';
import { ServicesError } from '../services-error.ts';
import { postgresAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { clusterDirectory, clusterOwner, ensureDataDirectory, prepareCluster, programEnvironment, superuser } from './cluster-directory.ts';
import { postgresFailure } from './failure.ts';
import { awaitPreviousServer } from './previous-server.ts';
import type { SupervisorOrder } from './supervisor.ts';

export interface PostgresOptions {
  /** Directory that keeps the cluster and its password; made when missing. @default a fresh temporary one, removed at the end, without fsync */
  readonly dataDirectory?: string;
  /** TCP port on 127.0.0.1; 0 = any free one. @default 0 */
  readonly port?: number;
  /** Most connections at a time. @default 100, for a temporary cluster 300 */
  readonly maxConnections?: number;
  /** Milliseconds to wait for a former server that still shuts down on the same directory. @default 20000 */
  readonly previousServerMs?: number;
  /** Gets the server's own lines, at level debug. @default none */
  readonly logger?: Logger;
  /** Stops the server when aborted, also while it starts. */
  readonly signal?: AbortSignal;
}

/** A running PostgreSQL 18. It ends with `stop()`, and by itself when this process ends in whatever way. */
export interface Postgres {
  /** `postgres://user:password@127.0.0.1:port/postgres`, the superuser's. */
  readonly uri: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Creates the database unless it exists and returns its URI. */
  createDatabase(name: string): Promise<string>;
  /** Shuts the server down (fast mode) and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL 18 on 127.0.0.1, as root too. Throws a {@link ServicesError} whose message is one line that says what to do:
 * `UNSUPPORTED_PLATFORM`, `NOT_WRITABLE`, `DISK_FULL`, `NOT_ACCESSIBLE`, `DATA_IN_USE`, `DATA_INCOMPATIBLE`, `PORT_TAKEN`, `START_FAILED`, `ABORTED`.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const binaries = postgresBinaries();
  const temporary = options.dataDirectory === undefined;
  const dataDirectory = temporary ? await temporaryDirectory() : resolve(options.dataDirectory);
  try {
    options.signal?.throwIfAborted();
    await ensureDataDirectory(dataDirectory);
    const account = postgresAccount([binaries.postgres, dataDirectory], clusterOwner(dataDirectory));
    await awaitPreviousServer(dataDirectory, options.previousServerMs ?? 20_000, options.signal);
    const password = await prepareCluster(dataDirectory, binaries.initdb, account, !temporary);
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port || (await freePort());
      const [program, args] = account.command(binaries.postgres, [
        '-D',
        clusterDirectory(dataDirectory),
        '-p',
        String(port),
        ...settings(temporary, options.maxConnections ?? (temporary ? 300 : 100)).flatMap((setting) => ['-c', setting]),
      ]);
      const order: SupervisorOrder = {
        program,
        args,
        credentials: account.credentials,
        environment: programEnvironment,
        remove: temporary ? dataDirectory : null,
        shutdownMs: 20_000,
      };
      try {
        const stop = await superviseServer(order, options);
        return handle(port, password, dataDirectory, stop);
      } catch (error) {
        // Another process may take the free port between our look and the server's bind.
        if (!(error instanceof ServicesError && error.code === 'PORT_TAKEN') || options.port || attempt === 5) throw error;
        if (temporary) return startPostgres(options);
      }
    }
  } catch (error) {
    if (temporary) await rm(dataDirectory, { recursive: true, force: true });
    throw options.signal?.aborted ? new ServicesError('ABORTED', 'PostgreSQL was stopped while it started.', { cause: error }) : error;
  }
}

function settings(temporary: boolean, maxConnections: number): string[] {
  const always = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${maxConnections}`,
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  const quiet = ['log_checkpoints=off', 'log_min_messages=warning', 'log_destination=stderr', 'logging_collector=off', 'lc_messages=C'];
  return [...always, ...quiet, ...(temporary ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : [])];
}

/** Resolves with the stop function once the server accepts connections. */
function superviseServer(order: SupervisorOrder, { logger, signal }: PostgresOptions): Promise<() => Promise<void>> {
  const supervisor = fileURLToPath(new URL('./supervisor.ts', import.meta.url));
  const child = spawn(process.execPath, [supervisor, JSON.stringify(order)], {
    // Its own session: Ctrl-C in a terminal reaches us first, and the database stays until we have finished with it.
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const stop = async (): Promise<void> => {
    signal?.removeEventListener('abort', stop);
    child.ref();
    child.stdin?.destroy();
    await ended;
  };
  return new Promise((ready, failed) => {
    let output = '';
    let accepting = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      for (const line of text.split('\n')) if (line !== '') logger?.debug({ service: 'postgres' }, line);
      if (accepting) return;
      output = (output + text).slice(-20_000);
      if (!output.includes('database system is ready to accept connections')) return;
      accepting = true;
      letParentEnd(child);
      ready(stop);
    });
    child.once('error', (error) => failed(postgresFailure(error.message)));
    child.once('close', () => failed(postgresFailure(output)));
    if (signal?.aborted) void stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** A running server is no reason for our process to go on. */
function letParentEnd(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.();
}

function handle(port: number, password: string, dataDirectory: string, stop: () => Promise<void>): Postgres {
  const uriOf = (database: string): string => `postgres://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const createDatabase = async (name: string): Promise<string> => {
    const client = new pg.Client({ connectionString: uriOf('postgres') });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      // 42P04: exists already; 23505: somebody creates it at this moment.
      if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
    } finally {
      await client.end();
    }
    return uriOf(name);
  };
  return { uri: uriOf('postgres'), port, dataDirectory, createDatabase, stop };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promotable-postgres-'));
  // As root the server runs as another user, who must get through to the cluster, itself 0700.
  chmodSync(directory, 0o711);
  return directory;
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? found(address.port) : failed(new Error('no port'))));
    });
  });
}
