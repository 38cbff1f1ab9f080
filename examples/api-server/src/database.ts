// The one database of MC: given by its URI, or an embedded PostgreSQL with its data below the data directory.
import { join } from 'node:path';
import type { Logger } from '@promotable/contracts';
import { type Migrations, migrate, startPostgres } from '@promotable/services';
import pg from 'pg';
import { ApiServerError } from './api-server-error.ts';
import type { Configuration } from './configuration.ts';
import { writeFileWhole } from './local-files.ts';

export interface Database {
  readonly pool: pg.Pool;
  /** For connections of one's own; it holds the password. */
  readonly uri: string;
  /** Ends the pool, and the embedded server where there is one; once, however often called. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly migrations: readonly Migrations[];
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/** Connections of one MC; two of them fit into an embedded server. */
const poolSize = 20;

/** Opens the database and brings it up to date. @throws {ApiServerError} `POSTGRES_UNREACHABLE`; `ServicesError` with one line */
export async function openDatabase(
  { postgresUri, data }: Pick<Configuration, 'postgresUri' | 'data'>,
  { migrations, logger, signal }: DatabaseOptions,
): Promise<Database> {
  const { uri, stop } =
    postgresUri === null ? await startEmbedded(data, logger, signal) : { uri: postgresUri, stop: async () => undefined };
  try {
    await requireReachable(uri);
    await migrate(uri, migrations);
  } catch (error) {
    await stop();
    throw error;
  }
  const pool = new pg.Pool({
    connectionString: uri,
    max: poolSize,
    application_name: 'promotable-mc',
    connectionTimeoutMillis: 5000,
    // A transaction whose client hangs holds the lock of its release.
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection to PostgreSQL broke'));
  let closing: Promise<void> | undefined;
  return { pool, uri, close: () => (closing ??= pool.end().then(stop)) };
}

async function startEmbedded(
  data: string,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<{ uri: string; stop: () => Promise<void> }> {
  const server = await startPostgres({ dataDirectory: join(data, 'postgres'), logger, ...(signal === undefined ? {} : { signal }) });
  try {
    const uri = await server.createDatabase('mc');
    // For a second MC on the same database, and for whoever wants to look: it holds the password.
    await writeFileWhole(join(data, 'postgres.uri'), `${uri}\n`);
    return { uri, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function requireReachable(uri: string): Promise<void> {
  const client = new pg.Client({ connectionString: uri, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    const { host, pathname } = new URL(uri);
    throw new ApiServerError(
      'POSTGRES_UNREACHABLE',
      `PostgreSQL at ${host}${pathname} cannot be used (${code ?? message.split('\n')[0]}): start it, correct POSTGRES_URI, or unset it for the embedded one.`,
      { cause, retryable: true, status: 503 },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
