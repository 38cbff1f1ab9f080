// `mc gate serve` in this process, on a free port, told to end like a container is.
import { type Io, processIo, runMc } from '@promotable/mc';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandOf } from '../command.ts';

export interface RunningAdapter {
  readonly url: string;
  /** Folder with `token`, `root.pem` and what the adapter keeps. */
  readonly folder: string;
  readonly lines: () => Record<string, unknown>[];
  /** Ends it; answers the exit code. */
  stop(): Promise<number>;
}

export interface AdapterSettings {
  readonly mcUrl: string;
  readonly rootPublicKeyPem: string;
  readonly args?: readonly string[];
  /** Files in its folder before it starts. */
  readonly prepare?: Readonly<Record<string, string>>;
  readonly io?: Partial<Io>;
}

export async function startAdapter({
  mcUrl,
  rootPublicKeyPem,
  args = [],
  prepare = {},
  io = {},
}: AdapterSettings): Promise<RunningAdapter> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-adapter-'));
  await writeFile(join(folder, 'token'), 'token-of-the-gate\n');
  await writeFile(join(folder, 'root.pem'), rootPublicKeyPem);
  for (const [name, text] of Object.entries(prepare)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const ending = new AbortController();
  let printed = '';
  let said = '';
  let heard: (url: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => {
    heard = (url) => (url === '' ? undefined : resolve(url));
  });
  const lines = () =>
    printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = runMc(commandOf(['adapter', '--port', '0', '--token-file', 'token', '--root', 'root.pem', '--url', mcUrl, ...args], {}), {
    ...processIo(ending.signal),
    cwd: folder,
    env: {},
    stdout(text) {
      printed += text;
    },
    stderr(text) {
      said += text;
      heard(/answers at (\S+)/.exec(text)?.[1] ?? '');
    },
    ...io,
  });
  const url = await Promise.race([
    listening,
    ended.then((code) => {
      throw new Error(`the adapter ended with ${code}: ${said}`);
    }),
  ]);
  return {
    url,
    folder,
    lines,
    async stop() {
      ending.abort();
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}
