import { testDatabase } from '@promotable/services';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { changeFeedName, postgresChangeFeed } from './change-feed.ts';

const clock = { now: Date.now, monotonic: () => performance.now() };
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const channel = 'changes of "tests"';
let database: Awaited<ReturnType<typeof testDatabase>>;
let told: string[];
let feed: ReturnType<typeof postgresChangeFeed>;
const listener = {
  changed: (tag: string) => void told.push(tag),
  current: (until: number) => void told.push(until > performance.now() ? 'current' : 'ended'),
  lost: () => void told.push('lost'),
};

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  told = [];
  feed = postgresChangeFeed({ uri: database.uri, channel, clock, log, beatMs: 20, leaseMs: 2000 });
  feed.start(listener);
  return vi.waitFor(() => expect(told).toContain('current'));
});
afterEach(() => feed.stop());

const notify = (client: Pick<pg.Client, 'query'>, tag: string) => client.query('SELECT pg_notify($1, $2)', [channel, tag]);

it('is current only after it listens, which ends all that was kept before', () => {
  expect(told.slice(0, 2)).toEqual(['lost', 'current']);
});

it('tells what was committed, in order, and nothing that was rolled back', async () => {
  const client = new pg.Client({ connectionString: database.uri });
  await client.connect();
  for (const [tag, end] of [
    ['one', 'COMMIT'],
    ['never', 'ROLLBACK'],
    ['two', 'COMMIT'],
  ] as const) {
    await client.query('BEGIN');
    await notify(client, tag);
    await client.query(end);
  }
  await client.end();
  await vi.waitFor(() => expect(told).toContain('two'));
  expect(told.filter((tag) => !['lost', 'current'].includes(tag))).toEqual(['one', 'two']);
});

it('says at once that it lost its connection, and is current again only after it listens anew', async () => {
  told = [];
  await database.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [changeFeedName]);
  await vi.waitFor(() => expect(told).toContain('lost'));
  const from = told.indexOf('lost');
  await vi.waitFor(() => expect(told.slice(from)).toContain('current'), { timeout: 5000 });
  await notify(database.pool, 'after');
  await vi.waitFor(() => expect(told).toContain('after'));
});

it('is never current where notifications do not come back, as behind a pooler that forgets LISTEN', async () => {
  told = [];
  await feed.stop();
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  const forgetful = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    return query.apply(this, String(args[0]).startsWith('LISTEN') ? ['SELECT 1'] : args) as never;
  });
  const deaf = postgresChangeFeed({ uri: database.uri, channel, clock, log, beatMs: 10, leaseMs: 50 });
  deaf.start(listener);
  await vi.waitFor(() =>
    expect(log.warn).toHaveBeenCalledWith(
      expect.objectContaining({ err: expect.objectContaining({ message: expect.stringContaining('no notification came back') }) }),
      expect.anything(),
    ),
  );
  await deaf.stop();
  forgetful.mockRestore();
  expect(told).not.toContain('current');
});
