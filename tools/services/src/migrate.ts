import { runner } from 'node-pg-migrate';
import { ServicesError } from './services-error.ts';

/** The migrations of one package: SQL files with `-- Up Migration` and `-- Down Migration`, in the order of their names. */
export interface Migrations {
  /** PostgreSQL schema that the package owns; made when missing, first on the search path while its files run. */
  readonly schema: string;
  /** Absolute path of the directory with the files. */
  readonly directory: string;
}

/**
 * Brings every schema up to date, each in one transaction; its own table `<schema>.schema_migrations` says what ran.
 * Serialised by an advisory lock, so several processes may call it at once. Throws `MIGRATION_FAILED`.
 */
export async function migrate(uri: string, migrations: readonly Migrations[]): Promise<void> {
  for (const { schema, directory } of migrations) {
    try {
      await runner({
        databaseUrl: uri,
        dir: directory,
        direction: 'up',
        schema,
        createSchema: true,
        migrationsTable: 'schema_migrations',
        migrationsSchema: schema,
        createMigrationsSchema: true,
        advisoryLockMode: 'wait',
        checkOrder: true,
        singleTransaction: true,
        log: () => undefined,
      });
    } catch (cause) {
      throw new ServicesError('MIGRATION_FAILED', `The migrations of schema ${schema} failed: ${(cause as Error).message}`, { cause });
    }
  }
}
