// `node --conditions=@promotable/source tools/packages/src/main.ts [NAME…]`: every check of the packed packages, or those named.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, packageChecks } from './package-checks.ts';
import { faultLine } from './fault.ts';
import { killPrograms } from './run-program.ts';

const root = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'promotable-packages-'));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.once('exit', () => {
  killPrograms();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const wanted = process.argv.slice(2);
const checks = (await packageChecks({ root, directory, say })).filter(({ name }) => wanted.length === 0 || wanted.includes(name));

async function judge({ name, run }: Check): Promise<boolean> {
  const started = performance.now();
  const faults = await run().catch((error: Error) => [{ subject: name, path: 'stopped', message: error.stack ?? error.message }]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say([`${faults.length === 0 ? 'ok' : 'FAILED'} ${name}, ${seconds} s`, ...faults.map(faultLine)].join('\n'));
  return faults.length === 0;
}

const results: boolean[] = [];
const queue = [...checks];
const worker = async (): Promise<void> => {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) results.push(await judge(check));
};
// Two at a time: some wait for npm while others compute.
await Promise.all([worker(), worker()]);
const passed = results.filter(Boolean).length;
say(`${passed} passed, ${results.length - passed} failed, 0 skipped`);
process.exitCode = passed === results.length && passed > 0 ? 0 : 1;
