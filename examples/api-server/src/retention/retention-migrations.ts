import { fileURLToPath } from 'node:url';

/** The schema of holds and removals and the directory of its migrations. */
export const retentionMigrations = { schema: 'retention', directory: fileURLToPath(new URL('../../migrations', import.meta.url)) } as const;
