import { CodedError } from '@promotable/contracts';

export type StoryErrorCode =
  /** The command line, or what it names, cannot be used; the message is one line that says what to do. */
  | 'USAGE'
  | 'NOT_WRITABLE'
  | 'DISK_FULL'
  /** Another story runs on the same data directory. */
  | 'ALREADY_RUNNING'
  /** Mission Control did not start; the message is its own line. `status` 400 where the user can mend it. */
  | 'MC_NOT_STARTED'
  /** Mission Control ended though nobody stopped it. */
  | 'MC_ENDED'
  /** Mission Control answered what it never should. */
  | 'MC_ANSWER_INVALID'
  /** A program of the story could not be run, or ended in an unforeseen way. */
  | 'COMMAND_FAILED'
  /** A window shows no requests where the load was running. */
  | 'NOTHING_MEASURED';

/** Every error that the story throws on purpose. */
export class StoryError extends CodedError<StoryErrorCode> {}

const usageCodes: ReadonlySet<string> = new Set([
  'USAGE',
  'NOT_WRITABLE',
  'DISK_FULL',
  'ALREADY_RUNNING',
  'LAYER_DEVELOPMENT_ONLY',
  'TOOL_MISSING',
]);

/** 2 for what the user can mend, 3 for everything else: it never looks like a verdict. */
export function exitCodeOfError(error: unknown): 2 | 3 {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown };
  return (typeof code === 'string' && usageCodes.has(code)) || (code === 'MC_NOT_STARTED' && status === 400) ? 2 : 3;
}

/** A failure of the file system as one line that says what to do; anything else as it is. */
export function fileError(path: string, cause: unknown): unknown {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  if (isDiskFull(cause))
    return new StoryError('DISK_FULL', `The disk that holds ${path} is full: free some space, or choose another directory with --data.`, {
      cause,
    });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'].includes(code ?? '')) {
    return new StoryError(
      'NOT_WRITABLE',
      `${path} is not writable for you (${code}): change its owner, or choose another directory with --data.`,
      { cause },
    );
  }
  return cause;
}

/** Also where a program that ran out of space said so in its own words. */
function isDiskFull(error: unknown): boolean {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || (code === 'TOOL_FAILED' && /ENOSPC|EDQUOT|No space left/.test(message));
}
