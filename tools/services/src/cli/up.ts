import { once } from 'node:events';
import type { Service } from '../catalogue/service.ts';
import { serveSession, type Session } from './session.ts';
import { startAll } from './start-all.ts';

export interface UpOptions {
  readonly say: (line: string) => void;
  /** Whether nobody waits at a terminal. */
  readonly detached: boolean;
  /** Called once everything runs. */
  readonly onReady: (session: Session) => void;
  /** Ends everything, also while it starts. */
  readonly signal: AbortSignal;
}

/** Runs the parts until `signal` is aborted or somebody calls `down`, and resolves when all of them have ended. */
export async function up(chosen: readonly Service[], { say, detached, onReady, signal }: UpOptions): Promise<void> {
  const { services, stop } = await startAll(chosen, say, signal);
  const session: Session = { pid: process.pid, since: new Date().toISOString(), detached, services };
  const asked = new AbortController();
  // Servers of ours do not keep this process alive; it is there for them.
  const alive = setInterval(() => undefined, 1 << 30);
  const close = await serveSession(session, async () => {
    asked.abort();
    await ended;
  });
  const ended = (async () => {
    await aborted(AbortSignal.any([signal, asked.signal]));
    say(`stopping ${services.map(({ name }) => name).join(', ')}`);
    await stop();
  })();
  onReady(session);
  await ended;
  await close();
  clearInterval(alive);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
