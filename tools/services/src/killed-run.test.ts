import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';

const here = (path: string): string => JSON.stringify(new URL(path, import.meta.url).pathname);

/** A run of its own: its test starts everything that tests start, says so in `report.json`, and then hangs without ever yielding. */
const configuration = `
  const resolve = { conditions: ['@promotable/source', 'node'] };
  export default { resolve, ssr: { resolve }, environments: { __vitest__: { resolve } }, test: { globalSetup: [${here('./vitest-setup.ts')}] } };
`;
const hangingTest = `
  import { spawn } from 'node:child_process';
  import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { test } from 'vitest';
  import { startPostgres } from ${here('./postgres/postgres.ts')};
  import { testDatabase } from ${here('./test-database.ts')};
  test('hangs', async () => {
    const { pool } = await testDatabase();
    const own = await startPostgres();
    const child = spawn('sleep', ['300'], { env: { PATH: process.env.PATH } });
    const { rows } = await pool.query("SELECT pg_backend_pid() AS pid, current_setting('data_directory') AS directory");
    const left = mkdtempSync(join(tmpdir(), 'promotable-past-'));
    const report = { pids: [process.pid, child.pid, rows[0].pid], directories: [tmpdir(), left, own.dataDirectory, rows[0].directory] };
    writeFileSync(process.env.REPORT + '.draft', JSON.stringify(report));
    renameSync(process.env.REPORT + '.draft', process.env.REPORT);
    for (;;);
  }, 600_000);
`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a test run that is killed with SIGKILL leaves no process and no temporary directory', async () => {
  // A short name: the run's socket lies below it, and a socket's path has at most 107 bytes.
  const directory = await mkdtemp(join(tmpdir(), 'killed-'));
  await writeFile(join(directory, 'vitest.config.mjs'), configuration);
  await writeFile(join(directory, 'hanging.test.ts'), hangingTest);
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const { POSTGRES_URI: _, ...environment } = process.env;
  const report = join(directory, 'report.json');
  const run = spawn(process.execPath, [vitest, 'run', '--root', directory], {
    env: { ...environment, REPORT: report, VITEST: '', TMPDIR: directory },
    stdio: 'ignore',
  });
  const ended = new Promise<never>((_resolve, reject) => run.once('exit', () => reject(new Error('the run ended by itself'))));
  ended.catch(() => undefined);
  while (!existsSync(report)) await Promise.race([delay(50), ended]);
  const { pids, directories } = JSON.parse(await readFile(report, 'utf8')) as { pids: number[]; directories: string[] };
  expect(pids.every(isRunning)).toBe(true);
  expect(directories.every((path) => path.startsWith(join(directory, 'promotable-tests-')) && existsSync(path))).toBe(true);
  run.kill('SIGKILL');
  while (pids.some(isRunning) || directories.some((path) => existsSync(path))) await delay(50);
  expect((await readdir(directory)).filter((name) => name.startsWith('promotable-'))).toEqual([]);
  await rm(directory, { recursive: true });
});
