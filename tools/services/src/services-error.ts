import { CodedError } from '@promotable/contracts';

export type ServicesErrorCode =
  | 'UNSUPPORTED_PLATFORM'
  | 'NOT_WRITABLE'
  | 'DISK_FULL'
  | 'NOT_ACCESSIBLE'
  | 'DATA_IN_USE'
  | 'DATA_INCOMPATIBLE'
  | 'PORT_TAKEN'
  | 'START_FAILED'
  | 'MIGRATION_FAILED'
  | 'PART_UNAVAILABLE'
  | 'UNKNOWN_SERVICE'
  | 'PREREQUISITES_MISSING'
  | 'ABORTED';

/** A part could not be started; the message is one line that says what to do. */
export class ServicesError extends CodedError<ServicesErrorCode> {}

/** Turns a file system failure on `path` into a {@link ServicesError} that says what to do. */
export function fileSystemError(path: string, cause: unknown): ServicesError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ServicesError('DISK_FULL', `The disk that holds ${path} is full: free some space or choose another directory.`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new ServicesError(
      'NOT_WRITABLE',
      `${path} is not a writable directory (${code}): change its owner or choose another directory.`,
      {
        cause,
      },
    );
  }
  return new ServicesError('START_FAILED', `${path} cannot be used: ${(cause as Error).message}`, { cause });
}
