import type { SqlClient } from '@promotable/contracts';

/** A checked-out connection; `pg`'s `PoolClient` satisfies it. */
export interface SqlPoolClient extends SqlClient {
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** `pg`'s `Pool` satisfies it. Whoever makes the pool listens to its `error` event, sets its limits and ends it. */
export interface SqlPool extends SqlClient {
  connect(): Promise<SqlPoolClient>;
}
