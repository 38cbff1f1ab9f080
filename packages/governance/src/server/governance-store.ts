// The port: where waivers and overrides lie. One conformance suite (`@promotable/governance/testing`) binds every adapter.
import type { Transaction } from '@promotable/contracts';
import type { ExceptionKind, ExceptionRecord } from '../exception-record.ts';

/** What a gate asks for. Times are milliseconds since the Unix epoch. */
export interface ExceptionQuery {
  readonly tenant: string;
  readonly service: string;
  readonly environment: string;
  /** Exceptions for none of these do not concern the question. */
  readonly digests: readonly string[];
  /** Those that ended before are absent. */
  readonly endedAfter: number;
  readonly limit: number;
}

/** Which exceptions are listed; null = any. */
export interface ExceptionListQuery {
  readonly tenant: string;
  readonly services: readonly string[] | null;
  readonly environment: string | null;
  readonly kind: ExceptionKind | null;
  /** Only what was neither revoked nor ended at this time; null = all. */
  readonly aliveAt: number | null;
  readonly limit: number;
}

/** How a write takes part in something larger. */
export interface WriteOptions {
  readonly tx: Transaction;
}

/** Keeps waivers and overrides; every adapter passes `governanceStoreConformance`. */
export interface GovernanceStore {
  /** Writes a new record. @returns false when its id or its idempotency key is taken; the transaction must then be rolled back */
  insert(record: ExceptionRecord, options: WriteOptions): Promise<boolean>;
  /** Compare-and-set: writes `record`, and over the revision before it. @returns false when another writer came first; the transaction must then be rolled back */
  replace(record: ExceptionRecord, options: WriteOptions): Promise<boolean>;
  record(tenant: string, id: string): Promise<ExceptionRecord | null>;
  recordByKey(tenant: string, idempotencyKey: string): Promise<ExceptionRecord | null>;
  /** By id from behind one on, at most so many: for whoever must look at all. */
  page(tenant: string, after: string | null, limit: number): Promise<readonly ExceptionRecord[]>;
  /** Issued ones that touch these digests, the one that ends last first; besides, every break-glass here that nobody countersigned, the oldest first and before the others. Their texts may be left out, as erased ones are. */
  issued(query: ExceptionQuery): Promise<readonly ExceptionRecord[]>;
  /** How many of a service and environment wait or are in force at a time. */
  countAlive(place: Pick<ExceptionQuery, 'tenant' | 'service' | 'environment'>, at: number): Promise<number>;
  /** Latest request first. */
  list(query: ExceptionListQuery): Promise<readonly ExceptionRecord[]>;
}
