import { fork } from 'node:child_process';
import { ServicesError, type ServicesErrorCode } from '../services-error.ts';
import type { Session } from './session.ts';

/** Environment variable by which `up` knows that it runs in the background. */
const detachedVariable = 'PROMOTABLE_SERVICES_DETACHED';

/** What a detached `up` tells the one that started it. */
export type DetachedMessage =
  | { readonly line: string }
  | { readonly session: Session }
  | { readonly failure: { readonly code: ServicesErrorCode; readonly message: string } };

/** Starts `up` in the background and resolves when everything runs; rejects as that one would. An abort before that ends it. */
export function upDetached(names: readonly string[], say: (line: string) => void, signal: AbortSignal): Promise<Session> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1] ?? '', ['up', ...names], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, [detachedVariable]: '1' },
    });
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('message', (message: DetachedMessage) => {
      if ('line' in message) return say(message.line);
      // The last thing that it says; an open channel would keep both of us alive.
      child.disconnect();
      child.unref();
      if ('session' in message) resolve(message.session);
      else reject(new ServicesError(message.failure.code, message.failure.message));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new ServicesError('START_FAILED', `The process in the background ended with code ${code}.`)));
  });
}

/** The `up` that started this one in the background, and waits until everything runs. */
export interface Parent {
  tell(message: DetachedMessage): void;
}

/** Null in a process that no `up --detach` has started. A parent that is gone before it heard of the session has given up: `onAbandoned`. */
export function findParent(onAbandoned: () => void): Parent | null {
  if (process.env[detachedVariable] !== '1' || process.send === undefined) return null;
  process.once('disconnect', onAbandoned);
  return {
    tell(message) {
      if (!('line' in message)) process.off('disconnect', onAbandoned);
      if (process.connected) process.send?.(message);
    },
  };
}
