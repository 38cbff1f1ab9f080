import { join } from 'node:path';
import { migrate, startPostgres } from '@promotable/services';
import { startMc } from '../../../../examples/api-server/src/testing/mc-process.ts';

/** The real parts that snippets talk to, as the environment variables by which they find them. */
export interface World {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL and Mission Control; a second database has the tables of all packages, for snippets that bring their own server. */
export async function startWorld(root: string, directory: string): Promise<World> {
  const postgres = await startPostgres();
  try {
    const data = join(directory, 'mc');
    const mc = await startMc(['--data', data, '--port', '0'], { POSTGRES_URI: await postgres.createDatabase('mc'), LOG_LEVEL: 'silent' });
    const uri = await postgres.createDatabase('snippets');
    const migrations = { ledger: 'packages/ledger', evidence: 'packages/sdk-evidence', gate: 'packages/gate' };
    await migrate(
      uri,
      Object.entries(migrations).map(([schema, owner]) => ({ schema, directory: join(root, owner, 'migrations') })),
    );
    return {
      env: { REPOSITORY: root, MC_URL: mc.url, MC_DATA: data, SNIPPETS_POSTGRES_URI: uri },
      async stop() {
        await mc.end('SIGTERM');
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
