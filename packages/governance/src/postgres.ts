// `@promotable/governance/postgres`: waivers and overrides in PostgreSQL. Takes any client with `query`, so `pg` is the caller's to bring.
import { fileURLToPath } from 'node:url';

export { postgresGovernanceStore } from './server/postgres-governance-store.ts';

/** The schema that governance owns and the directory of its migrations. */
export const governanceMigrations = {
  schema: 'governance',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
} as const;
