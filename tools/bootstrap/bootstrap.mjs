import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { toolchainEnvironment } from './environment.mjs';
import { BootstrapFailure } from './failure.mjs';
import { runTask } from './run-task.mjs';
import { commandOf, tasks } from './tasks.mjs';
import { ensureToolchain } from './toolchain.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Progress and faults go to standard error: standard output is the task's. @param {string} line */
const say = (line) => void process.stderr.write(`promotable: ${line}\n`);

/**
 * Fetches the pinned toolchain and the locked dependencies where they are missing, then runs the task; resolves with the exit code.
 * @param {readonly string[]} argv name of the task, then its arguments
 * @returns {Promise<number>}
 */
export async function bootstrap([name = '', ...args]) {
  try {
    if (!Object.hasOwn(tasks, name)) throw new BootstrapFailure(`There is no task "${name}": use one of ${Object.keys(tasks).join(', ')}.`);
    const toolchain = await ensureToolchain(root, say);
    await ensureDependencies(root, toolchain, say);
    const env = { ...toolchainEnvironment(process.env, toolchain.path), PROMOTABLE_BOOTSTRAPPED: root };
    return await runTask(toolchain.node, { ...commandOf(root, name, args), env });
  } catch (error) {
    if (!(error instanceof BootstrapFailure)) throw error;
    say(error.message);
    return error.exitCode;
  }
}
