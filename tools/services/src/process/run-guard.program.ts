// Ends what a killed run leaves behind. Standard input is a pipe that the run holds; its end without the word `end` means that the run is dead.
// Uses Node's own modules only, so that it starts at once. The one argument is the run's directory.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { leftBehind, type ProcessEntry } from './left-behind.ts';

/** Milliseconds for which processes are looked for and the directory is deleted again: others end at the same time. */
const cleanUpMs = 60_000;

let orderly = false;
createInterface({ input: process.stdin })
  .on('line', (line) => (orderly ||= line === 'end'))
  .once('close', () => void cleanUp(process.argv[2] ?? ''));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function cleanUp(directory: string): Promise<void> {
  for (const deadline = Date.now() + cleanUpMs; Date.now() < deadline; ) {
    const left = orderly ? [] : leftBehind(processes(), directory);
    for (const pid of left) kill(pid);
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Somebody writes there at this moment.
    }
    if (left.length === 0 && !existsSync(directory)) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** What runs on this machine, as far as we may know it; nothing where there is no /proc: there a worker ends with its test. */
function processes(): ProcessEntry[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      if (state === 'Z') return [];
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      return [{ pid: Number(name), parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, 'utf8'), environment }];
    } catch {
      return [];
    }
  });
}
