import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolchainEnvironment } from './environment.mjs';
import { BootstrapFailure, writeFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.mjs';

/** Folders whose children are workspace members, beside `policies` and `bench`; the same list as in pnpm-workspace.yaml. */
const memberFolders = ['packages', 'examples', 'tools'];

/**
 * Installs the locked dependencies unless the last installation was made from the very same lockfile and manifests.
 * The stamp lies inside node_modules, so deleting that folder deletes the stamp too.
 * @param {string} root @param {import('./toolchain.mjs').Toolchain} toolchain @param {(line: string) => void} say
 */
export async function ensureDependencies(root, toolchain, say) {
  const stamp = join(root, 'node_modules', '.installed-from');
  const wanted = fingerprint(root, toolchain);
  if (read(stamp) === wanted) return;
  try {
    await withLock(
      join(root, '.toolchain', 'dependencies.lock'),
      async () => {
        if (read(stamp) === wanted) return;
        say('installing the locked dependencies (pnpm install --frozen-lockfile)');
        await install(root, toolchain);
        writeFileSync(stamp, wanted);
      },
      (pid) => say(`waiting for process ${pid}, which installs the dependencies`),
    );
  } catch (error) {
    throw error instanceof BootstrapFailure ? error : (writeFailure(root, /** @type {NodeJS.ErrnoException} */ (error)) ?? error);
  }
}

/** @param {string} root @param {import('./toolchain.mjs').Toolchain} toolchain */
async function install(root, toolchain) {
  const env = toolchainEnvironment({ ...process.env, CI: 'true' }, toolchain.path);
  const { code, output } = await runProgram(
    toolchain.pnpm,
    ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
    { cwd: root, env },
  );
  if (code === 0) return;
  const known = writeFailure(root, { message: output });
  if (known !== null) throw known;
  if (/OUTDATED_LOCKFILE/.test(output))
    throw new BootstrapFailure('pnpm-lock.yaml does not fit the manifests: run pnpm install and commit the lockfile.', 1);
  throw new BootstrapFailure('pnpm could not install the dependencies: its own message is above.', 1);
}

/** @param {string} root @param {import('./toolchain.mjs').Toolchain} toolchain */
function fingerprint(root, toolchain) {
  const hash = createHash('sha256').update(toolchain.path.join('\n').replaceAll(root, ''));
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    'policies/package.json',
    'bench/package.json',
    ...members(root),
  ]) {
    hash.update(`\0${file}\0${read(join(root, file)) ?? ''}`);
  }
  return hash.digest('hex');
}

/** @param {string} root */
function members(root) {
  return memberFolders.flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder))
          .sort()
          .map((name) => `${folder}/${name}/package.json`)
          .filter((file) => existsSync(join(root, file)))
      : [],
  );
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
