import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Migrations, migrate } from './migrate.ts';
import { partEnvironment } from './test-run/parts.ts';

export interface TestDatabaseOptions {
  /** Schemas that the database has from the start. @default none */
  readonly migrations?: readonly Migrations[];
}

export interface TestDatabase {
  readonly uri: string;
  readonly pool: pg.Pool;
  /** Ends the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A fresh database in the cluster that the run shares, or in the one of `POSTGRES_URI`. One with migrations is copied from a template that is migrated once. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { POSTGRES_URI: cluster = '' } = await partEnvironment('postgres');
  const template = await migratedTemplate(cluster, options.migrations ?? []);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await maintain(cluster, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const uri = databaseUri(cluster, name);
  const pool = new pg.Pool({ connectionString: uri });
  // An idle connection that the server ends (a test that kills it, `drop`) must not end the process.
  pool.on('error', () => undefined);
  const drop = async (): Promise<void> => {
    await pool.end();
    await maintain(cluster, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { uri, pool, drop };
}

async function migratedTemplate(cluster: string, migrations: readonly Migrations[]): Promise<string> {
  if (migrations.length === 0) return 'template0';
  const name = `promotable_template_${await fingerprint(migrations)}`;
  await maintain(cluster, async (client) => {
    await client.query(`SELECT pg_advisory_lock(hashtext($1))`, [name]);
    const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = $1`, [name]);
    if (rowCount !== 0) return;
    const draft = `${name}_${randomBytes(4).toString('hex')}`;
    await client.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    try {
      await migrate(databaseUri(cluster, draft), migrations);
      await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    } catch (error) {
      await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      throw error;
    }
  });
  return name;
}

/** Content decides, so a template never serves changed files, also in a cluster that outlives the run. */
async function fingerprint(migrations: readonly Migrations[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { schema, directory } of migrations) {
    hash.update(`${schema}\0`);
    for (const file of (await readdir(directory)).sort()) hash.update(`${file}\0${await readFile(join(directory, file), 'utf8')}\0`);
  }
  return hash.digest('hex').slice(0, 24);
}

function databaseUri(cluster: string, name: string): string {
  const uri = new URL(cluster);
  uri.pathname = `/${name}`;
  return uri.href;
}

async function maintain<T>(cluster: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: cluster });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
