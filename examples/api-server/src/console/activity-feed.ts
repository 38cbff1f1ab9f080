// Hears what every MC on the database announces, as long as anybody listens here.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@promotable/contracts';
import type pg from 'pg';
import { ActivityNotice, channel } from './activity-notice.ts';

export interface Subscriber {
  onNotice(notice: ActivityNotice): void;
  /** Nothing is heard any more; subscribe again. Called once, at the end. */
  onLost(): void;
}

export interface ActivityFeed {
  /** Resolves once everything announced from now on is heard. Rejects while that cannot be. @returns ends it */
  subscribe(subscriber: Subscriber): Promise<() => void>;
  close(): void;
}

export interface ActivityFeedOptions {
  readonly pool: Pick<pg.Pool, 'connect'>;
  readonly log: Logger;
  /** How often an echo of our own is called for, milliseconds. @default 10_000 */
  readonly echoEveryMs?: number;
  /** How long an echo may take, milliseconds. @default 3000 */
  readonly echoWithinMs?: number;
}

/**
 * Takes one connection out of the pool while there are subscribers. A connection that hangs, and a pooler that swallows LISTEN, bring no echo
 * back: then nothing is heard, and it is said so.
 */
export function activityFeed({ pool, log, echoEveryMs = 10_000, echoWithinMs = 3000 }: ActivityFeedOptions): ActivityFeed {
  const subscribers = new Set<Subscriber>();
  let listening: Promise<() => void> | null = null;

  const lose = (): void => {
    listening = null;
    const lost = [...subscribers];
    subscribers.clear();
    for (const subscriber of lost) subscriber.onLost();
  };

  /** @returns ends it */
  async function listen(): Promise<() => void> {
    const client = await pool.connect();
    const own = `#${randomUUID()}`;
    let echo: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    let released = false;
    // Destroyed, not returned: the next borrower must not hear for us.
    const end = (): void => {
      clearInterval(timer);
      if (!released) client.release(true);
      released = true;
    };
    const fail = (error: unknown): void => {
      if (released) return;
      log.warn({ err: error }, 'news is not heard any more');
      end();
      lose();
    };
    const callForEcho = async (): Promise<void> => {
      const late = new AbortController();
      const heard = new Promise<void>((resolve) => {
        echo = resolve;
      });
      await client.query('SELECT pg_notify($1, $2) AS echo', [channel, own]);
      const silence = delay(echoWithinMs, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new Error(`no notification came back within ${echoWithinMs} ms`);
      });
      await Promise.race([heard, silence]).finally(() => late.abort());
    };
    client.on('notification', ({ payload = '' }) => {
      if (payload === own) echo();
      else if (!payload.startsWith('#')) tell(payload);
    });
    client.on('error', fail);
    try {
      await client.query(`LISTEN ${channel}`);
      await callForEcho();
    } catch (error) {
      end();
      throw error;
    }
    timer = setInterval(() => void callForEcho().catch(fail), echoEveryMs).unref();
    return end;
  }

  function tell(payload: string): void {
    const notice = ActivityNotice.safeParse(parsed(payload));
    if (notice.success) for (const subscriber of subscribers) subscriber.onNotice(notice.data);
    else log.warn({}, 'a notice of an unknown shape was left aside');
  }

  const stop = (): void => {
    const current = listening;
    listening = null;
    void current?.then((end) => end()).catch(() => undefined);
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

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return null;
  }
}
