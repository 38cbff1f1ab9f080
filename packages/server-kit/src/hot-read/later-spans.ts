// Makes the spans of kept reads afterwards, many at once: one by one, each between two answers, they cost several times as much, since all that
// code is out of the processor's caches again by the next one.
import type { Clock } from '@promotable/contracts';
import { type Exchange, spanAttributes, spanName, type SpannedRequest } from '../request-span.ts';
import type { RequestTraces } from '../request-trace.ts';
import type { TraceContext } from '../trace-context.ts';

type Traced = SpannedRequest & { readonly trace: TraceContext; readonly startedAt: number };

export interface LaterSpans {
  /** Notes a request that has just ended, begun at `startedAt` on the monotonic clock, milliseconds. */
  add(request: Traced, exchange: Exchange): void;
  /** Makes what is noted, now. */
  flush(): void;
}

interface Noted {
  readonly request: Traced;
  readonly exchange: Exchange;
  readonly endedAt: number;
  readonly startTime: number;
}

/** How many are made at once, as many as are delivered at once; fewer after `longestMs`. */
const together = 512;
const longestMs = 1000;

export function laterSpans(record: RequestTraces['record'], clock: Clock): LaterSpans {
  let noted: Noted[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const made = noted;
    noted = [];
    for (const { request, exchange, startTime, endedAt } of made)
      record(request.trace, { name: spanName(request), startTime, endTime: endedAt, attributes: spanAttributes(request, exchange) });
  }

  return {
    add(request, exchange) {
      const endedAt = clock.now();
      noted.push({ request, exchange, endedAt, startTime: endedAt - (clock.monotonic() - request.startedAt) });
      if (noted.length >= together) flush();
      else timer ??= setTimeout(flush, longestMs).unref();
    },
    flush,
  };
}
