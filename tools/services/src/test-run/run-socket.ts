import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import type { ServiceEnvironment, StartedService } from '../catalogue/service.ts';
import { ServicesError } from '../services-error.ts';

/** Environment variable through which a vitest run tells its workers where to ask for the parts that they share. */
export const runSocketVariable = 'PROMOTABLE_TEST_RUN_SOCKET';

/** Answers on the Unix socket `path`: the name of a part is asked for, what it is found by comes back. A part starts when it is asked for first. */
export async function serveParts(path: string, start: (name: string) => Promise<StartedService>): Promise<() => Promise<void>> {
  const parts = new Map<string, Promise<StartedService>>();
  const partOf = (name: string): Promise<StartedService> => {
    const part = parts.get(name) ?? start(name);
    parts.set(name, part);
    return part;
  };
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    // A worker that ended while its part started no longer wants the answer.
    connection.on('error', () => undefined);
    void readAll(connection)
      .then(partOf)
      .then(
        ({ environment }) => connection.end(JSON.stringify({ environment })),
        (error: Error) => connection.end(JSON.stringify({ error: error.message })),
      );
  });
  server.listen(path);
  await once(server, 'listening');
  return async () => {
    server.close();
    await Promise.all([...parts.values()].map((part) => part.then(({ stop }) => stop()).catch(() => undefined)));
    await rm(path, { force: true });
  };
}

/** What a part of this run is found by. Throws `START_FAILED` with the line of the part's own failure. */
export async function askForPart(path: string, name: string): Promise<ServiceEnvironment> {
  const connection = connect({ path, allowHalfOpen: true });
  connection.end(name);
  const { environment, error } = JSON.parse(await readAll(connection)) as { environment?: ServiceEnvironment; error?: string };
  if (environment === undefined) throw new ServicesError('START_FAILED', error ?? `${name} did not start`);
  return environment;
}

async function readAll(connection: Socket): Promise<string> {
  let text = '';
  for await (const chunk of connection.setEncoding('utf8')) text += String(chunk);
  return text;
}
