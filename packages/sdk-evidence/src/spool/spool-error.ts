import { EvidenceError } from '../evidence-error.ts';
import type { SpoolRefusal } from './spool.ts';

/** No space, no quota, or the longest file that is allowed: all of them are told by what to do about them. */
const fullCodes: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Runs storage work; its errors come out as the spool's, with what failed and where. */
export async function guarded<T>(where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    const { code, errstr, message } = error as { code?: string; errstr?: string; message?: string };
    if (fullCodes.includes(code) || errstr === 'database or disk is full')
      throw new EvidenceError('SPOOL_FULL', `the disk of the spool ${where} is full; make room, nothing was stored`, { cause: error });
    throw new EvidenceError('SPOOL_UNAVAILABLE', `the spool ${where} cannot be used: ${errstr ?? code ?? message ?? 'unknown error'}`, {
      cause: error,
    });
  }
}

export function full(where: string, used: number, size: number, maxBytes: number): EvidenceError {
  return new EvidenceError(
    'SPOOL_FULL',
    `the spool ${where} holds ${used} of at most ${maxBytes} bytes and has no room for ${size} more; replay it, or discard what expired or was refused`,
  );
}

/** Why a record lies aside that is no longer what was put. */
export const damagedRecord: SpoolRefusal = {
  code: 'SPOOL_DAMAGED',
  message: 'the record is no longer the one that was put: publish its file again, then discard it here',
  faults: [],
};
