// What must be true of the database before MC says that it is ready.
import { readdir } from 'node:fs/promises';
import type { Clock, SqlClient } from '@promotable/contracts';
import type { ReadinessCheck } from '@promotable/server-kit';
import type { Migrations } from '@promotable/services';
import { ApiServerError } from './api-server-error.ts';

/** Greatest difference between our clock and the database's, milliseconds. */
const maxSkewMs = 1000;

/** Checks `postgres` (reachable, clock) and `schema` (every migration of this version has run). */
export function databaseReadiness(sql: SqlClient, migrations: readonly Migrations[], clock: Clock): ReadinessCheck[] {
  return [
    {
      name: 'postgres',
      async check() {
        const before = clock.now();
        const { rows } = await sql.query<{ now: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now');
        const after = clock.now();
        const skewMs = skew(rows[0]?.now ?? Number.NaN, before, after);
        if (!(skewMs <= maxSkewMs))
          throw new ApiServerError(
            'CLOCK_SKEWED',
            `the clocks of MC and PostgreSQL differ by ${skewMs} ms, at most ${maxSkewMs} ms are allowed: set both by NTP`,
          );
      },
    },
    {
      name: 'schema',
      async check() {
        for (const { schema, directory } of migrations) {
          const { rows } = await sql.query<{ name: string }>(`SELECT name FROM ${schema}.schema_migrations`);
          const ran = new Set(rows.map(({ name }) => name));
          const missing = (await readdir(directory)).map((file) => file.replace(/\.sql$/, '')).filter((name) => !ran.has(name));
          if (missing.length > 0)
            throw new ApiServerError('SCHEMA_OUTDATED', `schema ${schema} lacks ${missing.join(', ')}: restart MC, which migrates it`);
        }
      },
    },
  ];
}

/** The database answered at some moment between the two readings; only what lies outside is skew. */
export function skew(theirs: number, before: number, after: number): number {
  if (theirs < before) return before - theirs;
  return Math.max(0, theirs - after);
}
