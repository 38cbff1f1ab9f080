import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from '@promotable/contracts';
import pg from 'pg';
import { freePort } from '../process/free-port.ts';
import { endSupervisor, startSupervisor, supervise } from '../process/supervise.ts';
import type { SupervisorOrder } from '../process/supervisor.ts';
import { ServicesError } from '../services-error.ts';
import { type Account, postgresAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { clusterDirectory, clusterOwner, ensureDataDirectory, prepareCluster, programEnvironment, superuser } from './cluster-directory.ts';
import { postgresFailure } from './failure.ts';
import { awaitPreviousServer } from './previous-server.ts';

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
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (options.signal?.aborted) throw new ServicesError('ABORTED', 'PostgreSQL was stopped while it started.', { cause: error });
      // Another process may take the free port between our look and the server's bind.
      if (!(error instanceof ServicesError && error.code === 'PORT_TAKEN') || options.port || attempt === 5) throw error;
    }
  }
}

async function startOnce(options: PostgresOptions): Promise<Postgres> {
  const binaries = postgresBinaries();
  options.signal?.throwIfAborted();
  const temporary = options.dataDirectory === undefined;
  const dataDirectory = temporary ? temporaryDirectory() : resolve(options.dataDirectory);
  const supervisor = startSupervisor(temporary ? [dataDirectory] : []);
  try {
    await ensureDataDirectory(dataDirectory);
    const account = postgresAccount([binaries.postgres, dataDirectory], clusterOwner(dataDirectory));
    await awaitPreviousServer(dataDirectory, options.previousServerMs ?? 20_000, options.signal);
    const password = await prepareCluster(dataDirectory, binaries.initdb, account, !temporary);
    const port = options.port || (await freePort());
    const connections = options.maxConnections ?? (temporary ? 300 : 100);
    const { stop } = await supervise(
      supervisor,
      serverOrder(account, binaries.postgres, dataDirectory, port, settings(temporary, connections)),
      {
        name: 'postgres',
        ready: ({ output }) => output(/database system is ready to accept connections/),
        failure: postgresFailure,
        // A cluster that crashed under load replays its log first.
        readyMs: 600_000,
        logger: options.logger,
        signal: options.signal,
      },
    );
    return handle(port, password, dataDirectory, stop);
  } catch (error) {
    await endSupervisor(supervisor);
    throw error;
  }
}

function serverOrder(
  account: Account,
  postgres: string,
  dataDirectory: string,
  port: number,
  serverSettings: readonly string[],
): SupervisorOrder {
  const options = serverSettings.flatMap((setting) => ['-c', setting]);
  const [program, args] = account.command(postgres, ['-D', clusterDirectory(dataDirectory), '-p', String(port), ...options]);
  return {
    program,
    args,
    cwd: '/',
    credentials: account.credentials,
    environment: programEnvironment,
    // Fast shutdown, then the immediate one, which waits 5 s for its children.
    stop: [
      ['SIGINT', 0],
      ['SIGQUIT', 20_000],
      ['SIGKILL', 30_000],
    ],
  };
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

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'promotable-postgres-'));
  // As root the server runs as another user, who must get through to the cluster, itself 0700.
  chmodSync(directory, 0o711);
  return directory;
}
