import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A bootstrap step that cannot go on; `message` is one line that says what to do, `exitCode` what the process ends with. */
export class BootstrapFailure extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A tool that maps its files into memory is killed when the disk fills up, without a word; so we look ourselves. */
const fullBelowBytes = 32 * 1024 * 1024;

/**
 * Says in one line what to do about a failed write to `path`, or about a program whose output shows one.
 * @param {string} path @param {{code?: string | undefined, message?: string | undefined}} cause
 */
export function writeFailure(path, cause) {
  const text = `${cause.code ?? ''} ${cause.message ?? ''}`;
  if (/ENOSPC|EDQUOT|No space left|os error 28/.test(text) || freeBytes(path) < fullBelowBytes) {
    return new BootstrapFailure(`The disk that holds ${path} is full: free about 1 GB and try again.`);
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system|os error (13|30)/.test(text)) {
    return new BootstrapFailure(`${path} is not writable for you: change its owner, or clone the project where you may write.`);
  }
  return null;
}

/** @param {string} path @returns {number} */
function freeBytes(path) {
  if (!existsSync(path)) return path === dirname(path) ? Number.POSITIVE_INFINITY : freeBytes(dirname(path));
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
