// Ends what takes too long, with one timer for all of them: a timer per request costs more than many a request itself.

export interface Expiring {
  /** On the monotonic clock, milliseconds. */
  readonly deadline: number;
  /** Called once, when the deadline has passed. */
  expire(): void;
}

export interface Deadlines {
  add(item: Expiring): void;
  /** Forgets an item; harmless after its end. */
  delete(item: Expiring): void;
}

/** `now` is a monotonic clock, milliseconds. The timer stands at the earliest deadline and holds no process up. */
export function deadlines(now: () => number): Deadlines {
  const waiting = new Set<Expiring>();
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;

  function schedule(at: number): void {
    clearTimeout(timer);
    due = at;
    timer = setTimeout(sweep, Math.max(1, Math.ceil(at - now())));
    timer.unref();
  }

  function sweep(): void {
    const at = now();
    let earliest = Number.POSITIVE_INFINITY;
    due = earliest;
    for (const item of waiting) {
      if (item.deadline <= at) {
        waiting.delete(item);
        item.expire();
      } else {
        earliest = Math.min(earliest, item.deadline);
      }
    }
    if (earliest < due) schedule(earliest);
  }

  return {
    add(item) {
      waiting.add(item);
      if (item.deadline < due) schedule(item.deadline);
    },
    delete(item) {
      waiting.delete(item);
    },
  };
}
