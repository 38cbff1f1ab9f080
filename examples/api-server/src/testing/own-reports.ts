// What tools report of this very repository: pnpm its SBOM, vitest the tests of one package and their coverage.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const vitest = join(root, 'tools/dev/node_modules/vitest/vitest.mjs');

/** A vitest inside a vitest: it must not take itself for a worker of the outer one. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|TEST$|PROMOTABLE_)/.test(name)));

/** Writes `bom.json`: every package of the workspace's lock file, CycloneDX 1.7. */
export async function writeOwnSbom(folder: string): Promise<void> {
  await run('pnpm', ['sbom', '--sbom-format', 'cyclonedx', '--lockfile-only', '--out', join(folder, 'bom.json')], { cwd: root, env });
}

/** Writes `junit.xml` and `coverage/lcov.info`: the tests of `packages/contracts`, and which of its lines they go through. */
export async function writeOwnTests(folder: string): Promise<void> {
  // Whatever lies in the directory of the coverage is deleted first.
  const coverage = ['--coverage.enabled', '--coverage.reporter=lcovonly', `--coverage.reportsDirectory=${join(folder, 'coverage')}`];
  const selection = ['packages/contracts/src', '--coverage.include=packages/contracts/src/*.ts'];
  await run(process.execPath, [vitest, 'run', '--root', root, ...selection, ...coverage, ...junitTo(folder, 'junit.xml')], {
    cwd: root,
    env,
  });
}

/** Writes `red.junit.xml`: a run of vitest with one test that fails. */
export async function writeRedTests(folder: string): Promise<void> {
  await writeFile(join(folder, 'sum.test.mjs'), "it('adds up', () => expect(1 + 1).toBe(3));\n");
  const ended = run(process.execPath, [vitest, 'run', '--globals', '--root', folder, ...junitTo(folder, 'red.junit.xml')], {
    cwd: folder,
    env,
  });
  await ended.then(
    () => Promise.reject(new Error('a failing test passed')),
    (cause: { readonly code?: unknown }) => {
      if (cause.code !== 1) throw cause;
    },
  );
}

function junitTo(folder: string, name: string): string[] {
  return ['--reporter=junit', `--outputFile=${join(folder, name)}`];
}
