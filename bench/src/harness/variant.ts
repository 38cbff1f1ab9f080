// One way of doing a piece of work, in a process of its own, measured slice by slice.

/** What was seen of one variant during one slice. */
export interface Slice {
  readonly operations: number;
  /** CPU time of the variant's process, all threads, user and system, milliseconds. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Servers only: time in which it could have run, but another process had the processor, milliseconds. */
  readonly waitedMs?: number;
  /** Answers that were wrong or did not come. */
  readonly errors: number;
  /** The first of them. */
  readonly fault?: string;
  /** In the open loop from the scheduled time of arrival, milliseconds. */
  readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number };
}

export interface Variant {
  readonly name: string;
  /** Runs unmeasured until compilers and caches have settled. */
  warmUp(durationMs: number): Promise<void>;
  measure(durationMs: number): Promise<Slice>;
  /** Ends the process; never rejects. */
  close(): Promise<void>;
}

/** One slice of every variant, by name. */
export type Round = Readonly<Record<string, Slice>>;
