// Root commands on a machine that has only Node and npm: fetches the pinned toolchain and the locked dependencies once, then runs the task with them.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './bootstrap/dependencies.mjs';
import { toolchainEnvironment } from './bootstrap/environment.mjs';
import { BootstrapFailure } from './bootstrap/failure.mjs';
import { runTask } from './bootstrap/run-task.mjs';
import { commandOf, tasks } from './bootstrap/tasks.mjs';
import { ensureToolchain } from './bootstrap/toolchain.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} line */
const say = (line) => void process.stderr.write(`promotable: ${line}\n`);

/** @param {string[]} argv */
async function main([name = '', ...args]) {
  if (!Object.hasOwn(tasks, name)) throw new BootstrapFailure(`There is no task "${name}": use one of ${Object.keys(tasks).join(', ')}.`);
  const toolchain = await ensureToolchain(root, say);
  await ensureDependencies(root, toolchain, say);
  const env = { ...toolchainEnvironment(process.env, toolchain.path), PROMOTABLE_BOOTSTRAPPED: root };
  return runTask(toolchain.node, { ...commandOf(root, name, args), env });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (/** @type {Error} */ error) => {
    say(error instanceof BootstrapFailure ? error.message : (error.stack ?? error.message));
    process.exitCode = error instanceof BootstrapFailure ? error.exitCode : 1;
  },
);
