// PostgreSQL adapters. `pg` itself is the caller's: these take a pool.
import { fileURLToPath } from 'node:url';

export { createPostgresLedger } from './postgres/postgres-ledger.ts';
export { postgresTransactor } from './postgres/postgres-transactor.ts';
export { isConnectionError } from './postgres/store-error.ts';

/** Migrations of schema `ledger`, for node-pg-migrate; the same path from sources and from the built package. */
export const ledgerMigrations: { readonly schema: string; readonly directory: string } = {
  schema: 'ledger',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
};

export type { SqlPool, SqlPoolClient } from './postgres/pool.ts';
export type { PostgresLedgerOptions } from './postgres/postgres-ledger.ts';
