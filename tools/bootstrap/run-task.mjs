import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT']);

/**
 * Runs the task with our own standard streams and resolves with its exit code. We outlive it: a signal is for it to answer.
 * @param {string} node @param {{args: string[], cwd: string, env: NodeJS.ProcessEnv}} command
 * @returns {Promise<number>}
 */
export function runTask(node, { args, cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env, stdio: 'inherit' });
    for (const signal of forwarded) {
      // A terminal sends SIGINT to the whole group: the task has it already.
      process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
