// The directory of a story: one story at a time, and only what a story makes is ever removed.
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, StoryError } from './story-error.ts';

export interface DataDirectory {
  readonly path: string;
  /** Packed releases. */
  readonly releases: string;
  /** Signed evidence, as it was published. */
  readonly evidence: string;
  /** A decision with all that is needed to check it. */
  readonly decision: string;
  /** What Mission Control logs. */
  readonly log: string;
  /** Lets the next story in. */
  release(): Promise<void>;
}

/** Takes the directory for this process, making it where it is missing. @throws StoryError `NOT_WRITABLE`, `DISK_FULL`, `ALREADY_RUNNING` */
export async function takeDataDirectory(path: string, { reset }: { readonly reset: boolean }): Promise<DataDirectory> {
  const lock = join(path, 'story.lock');
  const folders = { releases: join(path, 'releases'), evidence: join(path, 'evidence'), decision: join(path, 'decision') };
  try {
    await makeDirectory(path);
    await takeLock(lock, path);
  } catch (error) {
    throw fileError(path, error);
  }
  const release = () => rm(lock, { force: true });
  try {
    if (reset) for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true });
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
    const log = join(path, 'mc.log');
    await (await open(log, 'w', 0o600)).close();
    return { path, ...folders, log, release };
  } catch (error) {
    await release();
    throw fileError(path, error);
  }
}

/** Step by step: Node's `recursive` asks for ever where a file system allows no directory at all, as /proc does. */
async function makeDirectory(path: string): Promise<void> {
  // PostgreSQL may run as another user below it, so others may pass, not look.
  const make = () => mkdir(path, { mode: 0o711 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code === 'ENOENT' && (await isThere(dirname(path)))) throw Object.assign(error as Error, { code: 'EROFS' });
    if (code !== 'ENOENT') throw error;
    await makeDirectory(dirname(path));
    await make();
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function takeLock(lock: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const file = await open(lock, 'wx', 0o600);
      await file.writeFile(await identityOf(process.pid)).finally(() => file.close());
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(lock, 'utf8').catch(() => '');
    const [pid = ''] = holder.split(' ');
    // An empty one is just being written, or was left so by a full disk.
    const isHeld = /^\d+$/.test(pid) ? isAlive(Number(pid)) && (await identityOf(Number(pid))) === holder : holder === '' && attempt < 5;
    if (isHeld && holder !== '')
      throw new StoryError(
        'ALREADY_RUNNING',
        `A story runs already on ${path} (process ${pid}): stop it, or choose another directory with --data.`,
      );
    if (isHeld) await new Promise((resume) => setTimeout(resume, 100));
    else await rm(lock, { force: true });
  }
}

/** The process id, and where the system tells it the time of its start: ids are used again, above all in containers. */
async function identityOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${startedAt}`.trim();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
