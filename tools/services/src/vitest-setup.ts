import { join } from 'node:path';
import { guardRun } from './process/run-guard.ts';
import { startPart } from './test-run/parts.ts';
import { runSocketVariable, serveParts } from './test-run/run-socket.ts';

/**
 * vitest `globalSetup`: one temporary directory for the whole run, which goes with it however it ends, and one PostgreSQL, Valkey, Neo4j and
 * Kafka, each started when the first test asks for it over a private socket, so a run that needs none starts none.
 */
export async function setup(): Promise<() => Promise<void>> {
  const run = guardRun('tests');
  const socket = join(run.directory, 'socket');
  const close = await serveParts(socket, (name) => startPart(name, { onProgress: (line) => process.stderr.write(`${line}\n`) }));
  process.env[runSocketVariable] = socket;
  return async () => {
    await close();
    await run.end();
  };
}
