import { execFile, spawn } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../../bootstrap/lock.mjs';
import { fileSystemError, ServicesError } from '../services-error.ts';
import { goToolchain } from './go-toolchain.ts';

const version = '1.22.0';

export interface OpaOptions {
  /** Directory that keeps the programs we build. @default $XDG_CACHE_HOME/promotable, else ~/.cache/promotable */
  readonly cacheDirectory?: string;
  /** Gets one line per step of a build. @default nothing is said */
  readonly onProgress?: (line: string) => void;
}

/**
 * Path of the OPA 1.22.0 program. The first call builds it from its source with Go (about two minutes); later ones find it in the cache.
 * Several processes may ask at once. Throws `OPA_UNAVAILABLE` with one line that says what to install.
 */
export async function resolveOpa(options: OpaOptions = {}): Promise<string> {
  const cache = options.cacheDirectory ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'promotable');
  const directory = join(cache, `opa-${version}`);
  const program = join(directory, 'opa');
  if (await isExecutable(program)) return program;
  const say = options.onProgress ?? (() => undefined);
  try {
    await mkdir(cache, { recursive: true });
  } catch (error) {
    throw fileSystemError(cache, error);
  }
  return withLock(
    `${directory}.lock`,
    async () => {
      if (!(await isExecutable(program))) await build(cache, directory, say);
      return program;
    },
    (pid) => say(`opa ${version} is being built by process ${pid}, waiting`),
  );
}

async function build(cache: string, directory: string, say: (line: string) => void): Promise<void> {
  const go = await goToolchain(cache, say);
  const draft = await mkdtemp(join(cache, '.opa-'));
  try {
    say(`building opa ${version} from source with ${go} (about two minutes, once)`);
    await install(go, draft);
    const { stdout } = await promisify(execFile)(join(draft, 'opa'), ['version']);
    if (!stdout.includes(version)) throw new Error(`the build reports ${stdout.split('\n')[0]}`);
    await mkdir(directory, { recursive: true });
    await rename(join(draft, 'opa'), join(directory, 'opa'));
    say(`opa ${version} is ready`);
  } catch (cause) {
    throw new ServicesError('OPA_UNAVAILABLE', `OPA ${version} could not be built: ${(cause as Error).message}`, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function install(go: string, directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(go, ['install', `github.com/open-policy-agent/opa@v${version}`], {
      cwd: directory,
      env: { ...process.env, GOBIN: directory, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(lastLine(output)))));
  });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'go install failed';
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
