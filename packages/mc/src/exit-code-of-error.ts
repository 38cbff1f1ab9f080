import { isCodedError } from '@promotable/contracts';
import { type ExitCode, exitCodes } from './exit-code.ts';

const usageCodes: ReadonlySet<string> = new Set([
  'USAGE',
  'CONFIGURATION',
  'FILE_UNREADABLE',
  'FILE_NOT_WRITABLE',
  'NOT_FOUND',
  'TOKEN_UNREADABLE',
  'EVIDENCE_INVALID',
  'PUBLISH_REFUSED',
  'SPOOL_UNAVAILABLE',
  'STATE_UNREADABLE',
  'STATE_NOT_WRITABLE',
]);

/** Wrong input or configuration is 2; an outage, a refusal that a retry may heal, or a bug of ours is 3: it never looks like a verdict. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (!isCodedError(error)) return exitCodes.hold;
  if (error.retryable) return exitCodes.hold;
  return usageCodes.has(error.code) || (error.status >= 400 && error.status < 500) ? exitCodes.usage : exitCodes.hold;
}
