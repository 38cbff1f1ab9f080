import { testDatabase } from '@promotable/services';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresTransactor } from './postgres-transactor.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.pool.query('drop table if exists note; create table note (text text primary key)');
});
afterAll(() => database.drop());

const notes = async () => (await database.pool.query<{ text: string }>('select text from note order by text')).rows.map(({ text }) => text);
const insert = 'insert into note values ($1)';

describe('a transaction in PostgreSQL', () => {
  it('commits when its work resolves, and runs its effects after that', async () => {
    const seen: string[][] = [];
    const effects: Promise<void>[] = [];
    const result = await postgresTransactor(database.pool).transaction(async (tx) => {
      await tx.sql?.query(insert, ['a']);
      tx.onCommit(() => void effects.push(notes().then((found) => void seen.push(found))));
      return 42;
    });
    await Promise.all(effects);
    expect([result, seen]).toEqual([42, [['a']]]);
  });

  it('rolls back when its work rejects, rethrows the same error and runs no effect', async () => {
    const error = new Error('no');
    let ran = false;
    const failing = postgresTransactor(database.pool).transaction(async (tx) => {
      await tx.sql?.query(insert, ['a']);
      tx.onCommit(() => {
        ran = true;
      });
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect([await notes(), ran]).toEqual([[], false]);
  });

  it('never acknowledges work that hid a failed statement: the database rolls back such a COMMIT without an error', async () => {
    let ran = false;
    const hiding = postgresTransactor(database.pool).transaction(async (tx) => {
      await tx.sql?.query(insert, ['a']);
      await tx.sql?.query('select 1 / 0').catch(() => undefined);
      tx.onCommit(() => {
        ran = true;
      });
    });
    await expect(hiding).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' });
    expect([await notes(), ran]).toEqual([[], false]);
  });

  it('passes on errors of statements as they are, and its connection stays good', async () => {
    const pool = new pg.Pool({ connectionString: database.uri, max: 1 });
    try {
      const twice = postgresTransactor(pool).transaction(async (tx) => {
        for (let round = 0; round < 2; round++) await tx.sql?.query(insert, ['a']);
      });
      await expect(twice).rejects.toMatchObject({ code: '23505' });
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      expect(pool.totalCount).toBe(1);
    } finally {
      await pool.end();
    }
  });

  it.each([
    ['while a statement runs', (sql: pg.PoolClient) => sql.query('select pg_terminate_backend(pg_backend_pid())')],
    [
      'between two statements',
      async (sql: pg.PoolClient) => {
        const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        const broken = new Promise((resolve) => sql.once('error', resolve));
        await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await broken;
        await sql.query('select 1');
      },
    ],
  ])('says STORE_UNAVAILABLE when its connection is killed %s, stores nothing and throws the connection away', async (_title, kill) => {
    const pool = new pg.Pool({ connectionString: database.uri, max: 1 });
    pool.on('error', () => undefined);
    try {
      const killed = postgresTransactor(pool).transaction(async (tx) => {
        await tx.sql?.query(insert, ['a']);
        await kill(tx.sql as unknown as pg.PoolClient);
      });
      await expect(killed).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, status: 503 });
      expect(await notes()).toEqual([]);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
    }
  });

  it('says STORE_UNAVAILABLE when nothing listens', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, max: 1 });
    await expect(postgresTransactor(pool).transaction(async () => undefined)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
    });
    await pool.end();
  });
});
