// `@promotable/sdk-evidence/server/postgres`: evidence in PostgreSQL. Takes any client with `query`, so `pg` is the caller's to bring.
import { fileURLToPath } from 'node:url';

export { postgresEvidenceStore } from './server/postgres-store.ts';
export { postgresRecordsByKey } from './server/postgres-records-by-key.ts';
export { evidenceChanges } from './server/evidence-changes.ts';

/** The schema that evidence owns and the directory of its migrations. */
export const evidenceMigrations = { schema: 'evidence', directory: fileURLToPath(new URL('../migrations', import.meta.url)) } as const;

export type { KeyRecords, KeyRecordsQuery } from './server/postgres-records-by-key.ts';
