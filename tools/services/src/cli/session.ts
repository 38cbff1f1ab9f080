import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServiceEnvironment } from '../catalogue/service.ts';

/** What one `up` runs. */
export interface Session {
  readonly pid: number;
  readonly since: string;
  /** Whether it has no terminal and goes on until `down`. */
  readonly detached: boolean;
  readonly services: readonly { readonly name: string; readonly title: string; readonly environment: ServiceEnvironment }[];
}

/** Where each running `up` listens. A socket, not a file with a process id: one that was killed answers nobody, and no password is on disk. */
export function sessionsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_RUNTIME_DIR'] || environment['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  return join(base, 'promotable/services');
}

/** Tells whoever asks what runs here; calls `onStop` when somebody wants it to end, and answers that one when `onStop` is done. */
export async function serveSession(session: Session, onStop: () => Promise<void>): Promise<() => Promise<void>> {
  const directory = sessionsDirectory();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${session.pid}.sock`);
  await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on('error', () => undefined);
    void readAll(connection).then(async (wish) => {
      if (wish === 'stop') await onStop();
      connection.end(JSON.stringify(session));
    });
  });
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return async () => {
    server.close();
    await rm(path, { force: true });
  };
}

/** Every `up` of this user that runs, oldest first. Sockets of killed ones are cleared away. */
export async function runningSessions(): Promise<readonly Session[]> {
  const answers = await Promise.all((await sockets()).map((path) => ask(path, 'status')));
  return answers.filter((session) => session !== null).sort((a, b) => a.since.localeCompare(b.since));
}

/** Ends every `up` of this user and resolves with them when all they ran has ended. */
export async function stopSessions(): Promise<readonly Session[]> {
  const answers = await Promise.all((await sockets()).map((path) => ask(path, 'stop')));
  return answers.filter((session) => session !== null);
}

async function sockets(): Promise<string[]> {
  const directory = sessionsDirectory();
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => name.endsWith('.sock')).map((name) => join(directory, name));
}

async function ask(path: string, wish: 'status' | 'stop'): Promise<Session | null> {
  try {
    const connection = connect({ path, allowHalfOpen: true });
    connection.end(wish);
    return JSON.parse(await readAll(connection)) as Session;
  } catch {
    await rm(path, { force: true });
    return null;
  }
}

async function readAll(connection: Socket): Promise<string> {
  let text = '';
  for await (const chunk of connection.setEncoding('utf8')) text += String(chunk);
  return text;
}
