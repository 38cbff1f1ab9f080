import { CodedError, type CodedErrorOptions } from '@promotable/contracts';

/** What can be wrong with how `mc` was called; everything else keeps the code of the package it came from. */
export type McErrorCode =
  | 'USAGE'
  | 'CONFIGURATION'
  | 'FILE_UNREADABLE'
  | 'FILE_NOT_WRITABLE'
  | 'KEY_NOT_TRUSTED'
  | 'SHADOW_DECISION'
  | 'NOT_FOUND'
  | 'MC_REFUSED'
  | 'MC_UNREACHABLE';

/** The one error class of `mc`. */
export class McError extends CodedError<McErrorCode> {
  constructor(code: McErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
