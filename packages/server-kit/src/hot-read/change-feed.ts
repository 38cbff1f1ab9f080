/** What a change feed tells. */
export interface ChangeListener {
  /** Something named `tag` has another content from now on. */
  changed(tag: string): void;
  /** Every change committed until now has been told; kept answers may be given until `until` (monotonic clock, milliseconds). */
  current(until: number): void;
  /** Changes may have been missed. */
  lost(): void;
}

/**
 * How this process learns what others changed. Port: PostgreSQL's LISTEN, or nothing where one process alone writes.
 * A feed that falls silent is as good as lost: answers are given only as far as the last `current` reaches.
 */
export interface ChangeFeed {
  /** Begins to tell, once. Never throws: a feed that cannot begin has not said `current` yet. */
  start(listener: ChangeListener): void;
  stop(): Promise<void>;
}
