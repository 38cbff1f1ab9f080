import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolchainEnvironment } from './environment.mjs';
import { BootstrapFailure, writeFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { nodeVersion, pnpmVersion, toolchains } from './pins.mjs';
import { platformOf } from './platform.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @typedef {object} Toolchain
 * @property {string} node absolute path of the pinned Node
 * @property {string} pnpm absolute path of the pinned pnpm
 * @property {readonly string[]} path directories to put first on PATH
 */

/**
 * Makes sure that the pinned Node and pnpm lie under `<root>/.toolchain`. One that is complete has its final name: it is built aside and renamed.
 * @param {string} root @param {(line: string) => void} say
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain(root, say) {
  const platform = platformOf();
  const base = join(root, '.toolchain');
  const directory = join(base, `node-${nodeVersion}-pnpm-${pnpmVersion}-${platform}`);
  const toolchain = describe(directory, platform);
  if (existsSync(directory)) return toolchain;
  try {
    await withLock(
      join(base, 'toolchain.lock'),
      async () => {
        if (!existsSync(directory)) await install(base, directory, platform, say);
      },
      (pid) => say(`waiting for process ${pid}, which installs the toolchain`),
    );
  } catch (error) {
    throw error instanceof BootstrapFailure ? error : (writeFailure(base, /** @type {NodeJS.ErrnoException} */ (error)) ?? error);
  }
  return toolchain;
}

/** @param {string} directory @param {keyof typeof toolchains} platform @returns {Toolchain} */
function describe(directory, platform) {
  const { node, pnpm } = toolchains[platform];
  const nodeBin = join(directory, 'node_modules', node[0], 'bin');
  const pnpmBin = join(directory, 'node_modules', pnpm[0]);
  return { node: join(nodeBin, 'node'), pnpm: join(pnpmBin, 'pnpm'), path: [nodeBin, pnpmBin] };
}

/** Without a network npm would retry for more than a minute. */
const impatience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/** @param {string} base @param {string} directory @param {keyof typeof toolchains} platform @param {(line: string) => void} say */
async function install(base, directory, platform, say) {
  say(`installing Node ${nodeVersion} and pnpm ${pnpmVersion} into .toolchain (once, about 80 MB to fetch)`);
  mkdirSync(base, { recursive: true });
  const draft = mkdtempSync(join(base, 'draft-'));
  try {
    writeManifests(draft, platform);
    const args = [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
      '--progress=false',
      ...impatience,
    ];
    const env = toolchainEnvironment(process.env, []);
    const { code, output } = await runProgram(...npmCommand(args), { cwd: draft, env });
    if (code !== 0) throw npmFailure(base, output);
    await verify(describe(draft, platform), base, env);
    renameSync(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * npm ends well although a full disk cut files short: only a toolchain that runs gets its final name.
 * @param {Toolchain} toolchain @param {string} base @param {NodeJS.ProcessEnv} env
 */
async function verify(toolchain, base, env) {
  const versions = await Promise.all(
    [toolchain.node, toolchain.pnpm].map((program) =>
      runProgram(program, ['--version'], { cwd: base, env, quiet: true }).catch(() => ({ code: 1, output: '' })),
    ),
  );
  const full = writeFailure(base, {});
  if (full !== null) throw full;
  if (versions[0]?.output.trim() !== `v${nodeVersion}` || versions[1]?.output.trim() !== pnpmVersion) {
    throw new BootstrapFailure(`Node ${nodeVersion} or pnpm ${pnpmVersion} was installed but does not run on this machine.`, 1);
  }
}

/** A lockfile written from the pins: `npm ci` installs exactly these bytes or nothing. */
function writeManifests(/** @type {string} */ directory, /** @type {keyof typeof toolchains} */ platform) {
  const { node, pnpm } = toolchains[platform];
  const dependencies = { [node[0]]: nodeVersion, [pnpm[0]]: pnpmVersion };
  const manifest = { name: 'toolchain', version: '0.0.0', private: true, dependencies };
  const packages = {
    '': manifest,
    [`node_modules/${node[0]}`]: { version: nodeVersion, integrity: node[1] },
    [`node_modules/${pnpm[0]}`]: { version: pnpmVersion, integrity: pnpm[1] },
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(directory, 'package-lock.json'),
    JSON.stringify({ name: 'toolchain', version: '0.0.0', lockfileVersion: 3, requires: true, packages }),
  );
}

/** @param {string[]} args @returns {[string, string[]]} the npm that started us, else the one on PATH */
function npmCommand(args) {
  const cli = process.env['npm_execpath'];
  return cli !== undefined && /npm-cli\.c?js$/.test(cli) && existsSync(cli) ? [process.execPath, [cli, ...args]] : ['npm', args];
}

/** @param {string} base @param {string} output */
function npmFailure(base, output) {
  const known = writeFailure(base, { message: output });
  if (known !== null) return known;
  if (/EINTEGRITY/.test(output))
    return new BootstrapFailure(
      'The registry delivered other bytes than the pinned ones (EINTEGRITY): do not go on; check the registry or clear the npm cache.',
      1,
    );
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|ECONNRESET/.test(output)) {
    return new BootstrapFailure(
      'The npm registry cannot be reached: the first run needs the network (set npm_config_registry or a proxy if you use one).',
      1,
    );
  }
  return new BootstrapFailure('npm could not install the toolchain: its own message is above.', 1);
}
