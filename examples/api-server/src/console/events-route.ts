// `GET /console/events`: server-sent events that name the release about which something is new. Authorised like the reads they announce.
import type { Principal } from '@promotable/contracts';
import { contextOf, principalOf, requireScope, ServerKitError, type ServerModule } from '@promotable/server-kit';
import type { ActivityFeed } from './activity-feed.ts';
import type { ActivityNotice } from './activity-notice.ts';

type Application = Parameters<NonNullable<ServerModule['routes']>>[0];

/** Streams of one process; a page holds one. */
const maxStreams = 500;
/** A stream ends after this long and is opened anew, so that a right that was taken away ends it too; milliseconds. */
const longestMs = 300_000;
/** A sign of life for proxies and pages, milliseconds. */
const beatMs = 15_000;
/** What may wait for a slow reader, bytes; then it is cut, and reads anew. */
const maxWaiting = 65_536;

export function eventsRoute(app: Application, feed: ActivityFeed): void {
  let streams = 0;
  const config = { scope: 'evidence:read', session: true, unlimited: true } as const;
  app.get('/console/events', { config, exposeHeadRoute: false }, async (request, reply) => {
    const principal = principalOf(request);
    requireScope(principal, 'decision:read');
    if (streams >= maxStreams)
      throw new ServerKitError('OVERLOADED', 'Too many pages are open.', { status: 503, retryable: true, retryAfterSeconds: 10 });
    const { raw } = reply;
    const write = (text: string): void => {
      if (raw.writableLength > maxWaiting) raw.destroy();
      else raw.write(text);
    };
    const unsubscribe = await feed
      .subscribe({
        onNotice: (notice) => {
          if (isVisible(principal, notice)) write(eventOf(notice));
        },
        onLost: () => raw.end(),
      })
      .catch((cause: unknown) => {
        throw new ServerKitError('OVERLOADED', 'News cannot be had now.', { status: 503, retryable: true, retryAfterSeconds: 5, cause });
      });
    streams += 1;
    const ends = Math.min(longestMs, (contextOf(request).sessionEndsAt ?? Number.POSITIVE_INFINITY) - Date.now());
    const end = setTimeout(() => raw.end(), Math.max(0, ends));
    const beat = setInterval(() => write(': still here\n\n'), beatMs);
    reply.hijack();
    raw.once('close', () => {
      clearTimeout(end);
      clearInterval(beat);
      unsubscribe();
      streams -= 1;
    });
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8' });
    write('retry: 1000\nevent: ready\ndata: {}\n\n');
  });
}

function isVisible({ tenant, services }: Principal, notice: ActivityNotice): boolean {
  if (notice.tenant !== tenant) return false;
  return notice.service === null || services.includes('*') || services.includes(notice.service);
}

function eventOf({ what, service, releaseId }: ActivityNotice): string {
  return `event: news\ndata: ${JSON.stringify({ what, service, releaseId })}\n\n`;
}
