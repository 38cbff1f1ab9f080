// What other replicas changed, by PostgreSQL's LISTEN. NOTIFY is part of the transaction that changes, and notifications come in the order of
// commits; so a beat of our own that came back proves that everything committed before it has been told. A connection that hangs, and a
// pooler that swallows LISTEN, bring no beat back, and then nothing that was kept is given any more.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Logger } from '@promotable/contracts';
import type { ChangeFeed, ChangeListener } from '@promotable/server-kit';
import pg from 'pg';

export interface ChangeFeedOptions {
  readonly uri: string;
  readonly channel: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often a beat is sent, and how long to wait before connecting again, milliseconds. @default 1000 */
  readonly beatMs?: number;
  /** How long kept answers may be given after the sending of a beat that came back, milliseconds: the bound of staleness, whatever breaks. @default 3000 */
  readonly leaseMs?: number;
}

/** How its connections are named in `pg_stat_activity`. */
export const changeFeedName = 'promotable-mc-changes';

export function postgresChangeFeed({ uri, channel, clock, log, beatMs = 1000, leaseMs = 3000 }: ChangeFeedOptions): ChangeFeed {
  const ended = new AbortController();
  let running: Promise<void> = Promise.resolve();

  /** Listens until the connection breaks, a beat does not come back, or all ends. */
  async function listen(listener: ChangeListener): Promise<void> {
    const client = new pg.Client({
      connectionString: uri,
      application_name: changeFeedName,
      connectionTimeoutMillis: 5000,
      query_timeout: leaseMs,
    });
    const gone = new AbortController();
    let sent = 0;
    let beat = nextBeat();
    const giveUp = (error: Error): void => {
      listener.lost();
      beat.reject(error);
      gone.abort(error);
    };
    const stop = (): void => giveUp(new Error('stopped'));
    ended.signal.addEventListener('abort', stop, { once: true });
    client.on('error', giveUp);
    client.on('end', () => giveUp(new Error('the connection ended')));
    const own = `#${randomUUID()}`;
    client.on('notification', ({ payload = '' }) => {
      if (payload === `${own} ${sent}`) beat.resolve();
      else if (!payload.startsWith('#')) listener.changed(payload);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      // What was changed before was not told.
      listener.lost();
      while (!gone.signal.aborted) {
        const at = clock.monotonic();
        sent += 1;
        beat = nextBeat();
        const late = setTimeout(beat.reject, leaseMs, new Error(`no notification came back within ${leaseMs} ms`));
        await client.query('SELECT pg_notify($1, $2)', [channel, `${own} ${sent}`]);
        await beat.promise.finally(() => clearTimeout(late));
        listener.current(at + leaseMs);
        await delay(beatMs, undefined, { signal: gone.signal });
      }
    } finally {
      ended.signal.removeEventListener('abort', stop);
      listener.lost();
      await client.end().catch(() => undefined);
    }
  }

  async function run(listener: ChangeListener): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await listen(listener);
      } catch (error) {
        if (ended.signal.aborted) return;
        log.warn({ err: error }, 'changes of other replicas are not known; every answer is computed until they are');
        await delay(beatMs, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }
  }

  return {
    start(listener) {
      running = run(listener);
    },
    async stop() {
      ended.abort();
      await running;
    },
  };
}

/** May fail before anybody awaits it: when all ends before the first beat, say. */
function nextBeat(): PromiseWithResolvers<void> {
  const beat = Promise.withResolvers<void>();
  beat.promise.catch(() => undefined);
  return beat;
}
