/** Reads the time; injected everywhere so that tests and replays own it. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic clock, milliseconds from an arbitrary start; the only clock a time to live is measured with. */
  monotonic(): number;
}

/** Structured log sink; `fields` never hold tokens, keys or redacted values. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Who is calling, as proven by a verified token. */
export interface Principal {
  /** Issuer and subject of the token, `iss#sub`. */
  readonly id: string;
  readonly tenant: string;
  /** Services that the caller may name; `['*']` = all of the tenant. */
  readonly services: readonly string[];
  readonly scopes: readonly Scope[];
}

/** Every {@link Scope}. */
export const scopes = [
  'evidence:publish',
  'evidence:read',
  'gate:ask',
  'decision:read',
  'ledger:read',
  'policy:read',
  'release:rebuild',
  'exception:read',
  'exception:revoke',
  'waiver:request',
  'waiver:approve',
  'override:create',
  /** One person on call goes on at once; to be countersigned. */
  'override:break-glass',
  'override:countersign',
  /** Issues, lists and revokes tokens of MC itself, with rights that the caller has. */
  'token:issue',
  /** Forgets a person, in name and words; what the person did stays on record under a pseudonym. */
  'person:erase',
  /** Removes what is older than it must be kept. */
  'retention:run',
  /** Keeps something from being removed, and ends that. */
  'retention:hold',
] as const;
/** What a token may do. */
export type Scope = (typeof scopes)[number];

/** The part of a PostgreSQL client that stores use; `pg`'s `Pool`, `Client` and `PoolClient` all satisfy it. */
export interface SqlClient {
  query<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/**
 * One atomic unit of work. Whoever begins it commits it; everything that must be atomic with it takes it as a handle
 * (`ledger.append(entries, {tx})`). Memory adapters have no `sql` and apply their writes in `onCommit`.
 */
export interface Transaction {
  readonly sql: SqlClient | null;
  /** Runs after a successful commit, in order of registration; never after a rollback. */
  onCommit(effect: () => void): void;
}

/** Begins units of work: commits when `work` resolves, rolls back and rethrows when it rejects. */
export interface Transactor {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
