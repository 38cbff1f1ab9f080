// `@promotable/notify/postgres`: the outbox in PostgreSQL. Takes any client with `query`, so `pg` is the caller's to bring.
import { fileURLToPath } from 'node:url';

export { postgresOutbox } from './outbox/postgres-outbox.ts';

/** The schema that notify owns and the directory of its migrations. */
export const notifyMigrations = { schema: 'notify', directory: fileURLToPath(new URL('../migrations', import.meta.url)) } as const;
