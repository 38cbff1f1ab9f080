import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPart } from './test-run/parts.ts';
import { runSocketVariable, serveParts } from './test-run/run-socket.ts';

/**
 * vitest `globalSetup`: one PostgreSQL, Valkey, Neo4j and Kafka for the whole run, each started when the first test asks for it over a
 * private socket, so a run that needs none starts none.
 */
export async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'promotable-tests-'));
  const socket = join(directory, 'socket');
  const close = await serveParts(socket, (name) => startPart(name, { onProgress: (line) => process.stderr.write(`${line}\n`) }));
  process.env[runSocketVariable] = socket;
  return async () => {
    await close();
    await rm(directory, { recursive: true, force: true });
  };
}
