// `@promotable/gate/postgres`: decisions in PostgreSQL. Takes any client with `query`, so `pg` is the caller's to bring.
import { fileURLToPath } from 'node:url';

export { postgresDecisionsByKey } from './server/postgres-decisions-by-key.ts';
export { postgresGateStore } from './server/postgres-gate-store.ts';

/** The schema that the gate owns and the directory of its migrations. */
export const gateMigrations = { schema: 'gate', directory: fileURLToPath(new URL('../migrations', import.meta.url)) } as const;

export type { KeyDecision, KeyDecisionsQuery } from './server/postgres-decisions-by-key.ts';
