import { testDatabase, type TestDatabase } from '@promotable/services';
import { createJsonLog } from '@promotable/server-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ActivityFeed, activityFeed } from './activity-feed.ts';
import { type ActivityNotice, channel } from './activity-notice.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const log = createJsonLog({ level: 'silent' });
const notice: ActivityNotice = { tenant: 'acme', what: 'evidence', service: 'checkout', releaseId: '1.0.0' };
const announce = (payload: unknown) => database.pool.query('SELECT pg_notify($1, $2)', [channel, JSON.stringify(payload)]);

/** A subscriber that remembers. */
async function subscribed(feed: ActivityFeed) {
  const heard: ActivityNotice[] = [];
  const lost = Promise.withResolvers<void>();
  let onNext: () => void = () => undefined;
  const end = await feed.subscribe({
    onNotice(next) {
      heard.push(next);
      onNext();
    },
    onLost: lost.resolve,
  });
  const next = () =>
    new Promise<void>((resolve) => {
      onNext = resolve;
    });
  return { heard, lost: lost.promise, end, next };
}

it('tells every subscriber what is announced, and leaves aside what it does not know', async () => {
  const feed = activityFeed({ pool: database.pool, log });
  const [one, two] = [await subscribed(feed), await subscribed(feed)];
  const both = Promise.all([one.next(), two.next()]);
  await announce({ what: 'gossip' });
  await announce(notice);
  await both;
  expect([one.heard, two.heard]).toEqual([[notice], [notice]]);
  one.end();
  const again = two.next();
  await announce({ ...notice, releaseId: '2.0.0' });
  await again;
  expect(one.heard).toHaveLength(1);
  two.end();
});

it('says that it is lost when its connection is, and can be subscribed to again', async () => {
  const feed = activityFeed({ pool: database.pool, log });
  const one = await subscribed(feed);
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%AS echo' AND datname = current_database()`,
  );
  await one.lost;
  const two = await subscribed(feed);
  const next = two.next();
  await announce(notice);
  await next;
  feed.close();
  await two.lost;
});

it('is not there behind a pooler that swallows LISTEN, and is lost once no echo comes back', async () => {
  let deaf = true;
  const pool = {
    async connect() {
      const client = await database.pool.connect();
      const query = client.query.bind(client) as (text: string, values?: unknown[]) => Promise<unknown>;
      const swallowing = (text: string, values?: unknown[]) => (deaf ? query('SELECT 1') : query(text, values));
      return Object.assign(client, { query: swallowing });
    },
  };
  const feed = activityFeed({ pool: pool as never, log, echoEveryMs: 20, echoWithinMs: 100 });
  await expect(subscribed(feed)).rejects.toThrow('no notification came back');
  deaf = false;
  const one = await subscribed(feed);
  deaf = true;
  await one.lost;
  feed.close();
});
