export { ServicesError } from './services-error.ts';
export { startPostgres } from './postgres/postgres.ts';
export { migrate } from './migrate.ts';
export { testDatabase } from './test-database.ts';
export { promtool } from './prometheus/promtool.ts';
export { startPrometheus } from './prometheus/prometheus.ts';
export { resolveOpa as opa, resolveOpa } from './opa/opa.ts';
export { cosign } from './cosign/cosign.ts';
export { securesystemslib } from './securesystemslib/securesystemslib.ts';

export type { ServicesErrorCode } from './services-error.ts';
export type { Postgres, PostgresOptions } from './postgres/postgres.ts';
export type { Migrations } from './migrate.ts';
export type { TestDatabase, TestDatabaseOptions } from './test-database.ts';
export type { CacheOptions } from './cache/cache.ts';
export type { StartOptions } from './process/start-process.ts';
export type { Prometheus, PrometheusOptions } from './prometheus/prometheus.ts';
export type { PromtoolOptions, PromtoolResult } from './prometheus/promtool.ts';
