// Makes the spans of kept reads afterwards, many at once: one by one, each between two answers, they cost several times as much, since all that
// code is out of the processor's caches again by the next one.
import type { Clock } from '@promotable/contracts';
import { type Exchange, spanAttributes, spanName, type SpannedRequest } from '../request-span.ts';
import type { RequestTraces } from '../request-trace.ts';
import type { TraceContext } from '../trace-context.ts';

export interface LaterSpans {
  /** Notes a request that has just ended, begun at `startedAt` on the monotonic clock, milliseconds. */
  add(request: SpannedRequest & { readonly trace: TraceContext; readonly startedAt: number }, exchange: Exchange): void;
  /** Makes what is noted, now. */
  flush(): void;
}

/** How many are made at once, as many as are delivered at once; fewer after `longestMs`. */
const together = 512;
const longestMs = 1000;

export function laterSpans(record: RequestTraces['record'], clock: Clock): LaterSpans {
  let noted: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const made = noted;
    noted = [];
    for (const make of made) make();
  }

  return {
    add(request, exchange) {
      const endedAt = clock.now();
      const startTime = endedAt - (clock.monotonic() - request.startedAt);
      noted.push(() => record(request.trace, spanName(request), { startTime, attributes: spanAttributes(request, exchange) }).end(endedAt));
      if (noted.length >= together) flush();
      else timer ??= setTimeout(flush, longestMs).unref();
    },
    flush,
  };
}
