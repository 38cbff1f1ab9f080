import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which a lock that names no process counts as left behind: its owner died between two system calls. */
const namelessMs = 5_000;

/**
 * Runs `work` while holding the directory `path`; a second process waits, and takes over the lock of one that is dead.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} onWait called once with the process that holds it
 * @param {AbortSignal} [signal] ends the waiting
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait, signal) {
  makeParent(path);
  for (let told = false; !acquire(path); ) {
    const pid = ownerOf(path);
    if (pid === null ? ageOf(path) > namelessMs : !isAlive(pid)) removeLock(path, pid);
    else {
      if (pid !== null && !told) onWait(pid);
      told ||= pid !== null;
      await delay(100, undefined, signal === undefined ? {} : { signal });
    }
  }
  try {
    return await work();
  } finally {
    removeLock(path, process.pid);
  }
}

/**
 * Not `recursive`: that turns the error of a read-only file system into ENOENT.
 * @param {string} path
 */
function makeParent(path) {
  const parent = dirname(path);
  if (existsSync(parent)) return;
  try {
    mkdirSync(parent);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT') makeParent(parent);
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    if (!existsSync(parent)) mkdirSync(parent);
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

/**
 * Removes the lock of `pid` and no other: between our look and this call somebody else may have removed it and taken it anew.
 * @param {string} path @param {number | null} pid
 */
function removeLock(path, pid) {
  const aside = `${path}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    renameSync(path, aside);
    if (ownerOf(aside) === pid) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
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
