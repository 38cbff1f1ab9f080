import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, testDatabase } from './index.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-migrations-'));
  await writeFile(
    join(directory, '0001_create-things.sql'),
    '-- Up Migration\nCREATE TABLE things (id int PRIMARY KEY);\n-- Down Migration\nDROP TABLE things;\n',
  );
  await writeFile(
    join(directory, '0002_name-things.sql'),
    '-- Up Migration\nALTER TABLE things ADD name text;\n-- Down Migration\nALTER TABLE things DROP name;\n',
  );
});

afterAll(() => rm(directory, { recursive: true }));

test('a test database has the migrated schema, and what one test writes no other sees', async () => {
  const migrations = [{ schema: 'shop', directory }];
  const [one, two] = await Promise.all([testDatabase({ migrations }), testDatabase({ migrations })]);
  await one.pool.query(`INSERT INTO shop.things (id, name) VALUES (1, 'a')`);
  expect((await two.pool.query('SELECT * FROM shop.things')).rows).toEqual([]);
  expect((await two.pool.query('SELECT name FROM shop.schema_migrations ORDER BY id')).rows).toEqual([
    { name: '0001_create-things' },
    { name: '0002_name-things' },
  ]);
  await Promise.all([one.drop(), two.drop()]);
});

test('two processes that migrate at once run each file once', async () => {
  const database = await testDatabase();
  const migrations = [{ schema: 'shop', directory }];
  await Promise.all([migrate(database.uri, migrations), migrate(database.uri, migrations), migrate(database.uri, migrations)]);
  expect((await database.pool.query('SELECT count(*)::int AS n FROM shop.schema_migrations')).rows).toEqual([{ n: 2 }]);
  await database.drop();
});

test('a migration that fails leaves nothing behind and names the schema', async () => {
  const broken = await mkdtemp(join(tmpdir(), 'promotable-migrations-'));
  await writeFile(join(broken, '0001_half.sql'), '-- Up Migration\nCREATE TABLE half (id int); SELECT nonsense;\n');
  const database = await testDatabase();
  await expect(migrate(database.uri, [{ schema: 'broken', directory: broken }])).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('schema broken'),
  });
  expect((await database.pool.query(`SELECT 1 FROM information_schema.tables WHERE table_name = 'half'`)).rowCount).toBe(0);
  await database.drop();
  await rm(broken, { recursive: true });
});

test('a dropped test database is gone, also with a client still connected', async () => {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.uri });
  client.on('error', () => undefined);
  await client.connect();
  await database.drop();
  const again = new pg.Client({ connectionString: database.uri });
  await expect(again.connect()).rejects.toMatchObject({ code: '3D000' });
});
