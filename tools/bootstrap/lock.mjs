import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which a lock that names no process counts as left behind: its owner died between two system calls. */
const namelessMs = 5_000;

/**
 * Runs `work` while holding the directory `path`; a second process waits, and takes over the lock of one that is dead.
 * @template T @param {string} path @param {() => Promise<T>} work @param {(pid: number | null) => void} onWait
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !acquire(path); told = true) {
    const pid = ownerOf(path);
    if (pid === null ? ageOf(path) > namelessMs : !isAlive(pid)) rmSync(path, { recursive: true, force: true });
    else {
      if (!told) onWait(pid);
      await delay(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} path */
function acquire(path) {
  try {
    mkdirSync(path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(path, 'pid'), String(process.pid));
  return true;
}

/** @param {string} path */
function ownerOf(path) {
  try {
    const text = readFileSync(join(path, 'pid'), 'utf8');
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

/** @param {string} path */
function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
