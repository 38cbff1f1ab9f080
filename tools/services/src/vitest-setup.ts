import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, startPostgres } from './postgres/postgres.ts';
import { clusterSocketVariable } from './test-cluster.ts';

/**
 * vitest `globalSetup`: one PostgreSQL cluster for the whole run, started when the first test asks for it over a private socket,
 * so a run without databases starts none.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env['POSTGRES_URI']) return async () => undefined;
  const directory = await mkdtemp(join(tmpdir(), 'promotable-tests-'));
  const socket = join(directory, 'cluster');
  let cluster: Promise<Postgres> | null = null;
  const server = createServer((connection) => {
    cluster ??= startPostgres();
    cluster.then(
      ({ uri }) => connection.end(JSON.stringify({ uri })),
      (error: Error) => connection.end(JSON.stringify({ error: error.message })),
    );
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  process.env[clusterSocketVariable] = socket;
  return async () => {
    server.close();
    await cluster?.then((running) => running.stop()).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  };
}
