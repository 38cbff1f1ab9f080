// Hears what every MC on the database announces, as long as anybody listens here.
import type { Logger } from '@promotable/contracts';
import type pg from 'pg';
import { ActivityNotice, channel } from './activity-notice.ts';

export interface Subscriber {
  onNotice(notice: ActivityNotice): void;
  /** Nothing is heard any more; subscribe again. Called once, at the end. */
  onLost(): void;
}

export interface ActivityFeed {
  /** Resolves once everything announced from now on is heard. Rejects while the database cannot be reached. @returns ends it */
  subscribe(subscriber: Subscriber): Promise<() => void>;
  close(): void;
}

/** Takes one connection out of the pool while there are subscribers. */
export function activityFeed(pool: pg.Pool, log: Logger): ActivityFeed {
  const subscribers = new Set<Subscriber>();
  let listening: Promise<pg.PoolClient> | null = null;

  const lose = (): void => {
    listening = null;
    const lost = [...subscribers];
    subscribers.clear();
    for (const subscriber of lost) subscriber.onLost();
  };

  async function listen(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    try {
      client.on('notification', ({ payload }) => {
        const notice = ActivityNotice.safeParse(parsed(payload));
        if (!notice.success) return log.warn({}, 'a notice of an unknown shape was left aside');
        for (const subscriber of subscribers) subscriber.onNotice(notice.data);
      });
      client.once('error', (error: unknown) => {
        log.warn({ err: error }, 'news is not heard any more');
        client.release(true);
        lose();
      });
      await client.query(`LISTEN ${channel}`);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  const stop = (): void => {
    const client = listening;
    listening = null;
    // Destroyed: the next borrower must not hear for us.
    void client?.then((open) => open.release(true)).catch(() => undefined);
  };

  return {
    async subscribe(subscriber) {
      listening ??= listen();
      const mine = listening;
      await mine.catch((error: unknown) => {
        if (listening === mine) listening = null;
        throw error;
      });
      subscribers.add(subscriber);
      return () => {
        if (subscribers.delete(subscriber) && subscribers.size === 0) stop();
      };
    },
    close() {
      stop();
      lose();
    },
  };
}

function parsed(payload: string | undefined): unknown {
  try {
    return JSON.parse(payload ?? '') as unknown;
  } catch {
    return null;
  }
}
