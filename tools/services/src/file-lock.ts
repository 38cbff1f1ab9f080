import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `work` while holding the lock directory `path`; others wait. The lock of a process that is dead is taken over.
 * A lock without a process id is one whose owner died between two system calls: it is taken over after 5 s.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, onWait: (pid: number | null) => void = () => undefined): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  for (let waited = false; ; ) {
    try {
      await mkdir(path);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = await ownerOf(path);
    if (pid === null ? await olderThan(path, 5_000) : !isAlive(pid)) await rm(path, { recursive: true, force: true });
    else {
      if (!waited) onWait(pid);
      waited = true;
      await delay(200);
    }
  }
  try {
    await writeFile(join(path, 'pid'), String(process.pid));
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

async function ownerOf(path: string): Promise<number | null> {
  const text = await readFile(join(path, 'pid'), 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : null;
}

async function olderThan(path: string, milliseconds: number): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > milliseconds,
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
