import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { ServicesError } from '../services-error.ts';

/** Environment variable through which a vitest run tells its workers where to ask for the parts that they share. */
export const runSocketVariable = 'PROMOTABLE_TEST_RUN_SOCKET';

/** What tests need to reach a part, as JSON. */
export type Address = Readonly<Record<string, string>>;

/** A part that one start serves a whole run with. */
export interface RunningPart {
  readonly address: Address;
  stop(): Promise<void>;
}

/** Answers on the Unix socket `path`: the name of a part is asked for, its address comes back. A part starts when it is asked for first. */
export async function serveParts(path: string, start: (name: string) => Promise<RunningPart>): Promise<() => Promise<void>> {
  const parts = new Map<string, Promise<RunningPart>>();
  const partOf = (name: string): Promise<RunningPart> => {
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
        ({ address }) => connection.end(JSON.stringify({ address })),
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

/** The address of a part of this run. Throws `START_FAILED` with the line of the part's own failure. */
export async function askForPart(path: string, name: string): Promise<Address> {
  const connection = connect({ path, allowHalfOpen: true });
  connection.end(name);
  const { address, error } = JSON.parse(await readAll(connection)) as { address?: Address; error?: string };
  if (address === undefined) throw new ServicesError('START_FAILED', error ?? `${name} did not start`);
  return address;
}

async function readAll(connection: Socket): Promise<string> {
  let text = '';
  for await (const chunk of connection.setEncoding('utf8')) text += String(chunk);
  return text;
}
