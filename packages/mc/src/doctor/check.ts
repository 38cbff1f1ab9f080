import { isCodedError } from '@promotable/contracts';
import { exitCodeOfError } from '../exit-code-of-error.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';

/** `warning`: it works now, and will not for long or for all. `skipped`: nothing says that it is used here. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What was looked at, what was found, what to do about it. */
export interface Finding {
  readonly name: string;
  readonly status: CheckStatus;
  readonly message: string;
  /** Empty where nothing needs to be done. */
  readonly fix: string;
  /** Exit code of a failure: 2 is for the caller to mend, 3 an outage that may end by itself. */
  readonly exitCode: ExitCode;
}

export function ok(name: string, message: string): Finding {
  return { name, status: 'ok', message, fix: '', exitCode: exitCodes.pass };
}

export function warning(name: string, message: string, fix: string): Finding {
  return { name, status: 'warning', message, fix, exitCode: exitCodes.pass };
}

export function failed(name: string, message: string, fix: string, exitCode: ExitCode = exitCodes.usage): Finding {
  return { name, status: 'failed', message, fix, exitCode };
}

export function skipped(name: string, message: string): Finding {
  return { name, status: 'skipped', message, fix: '', exitCode: exitCodes.pass };
}

/** One check; what it throws is its finding, and ends no other. */
export async function checked(name: string, fix: string, check: () => Promise<Finding | readonly Finding[]>): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const message = isCodedError(error)
      ? `${error.code}: ${error.message}`
      : `INTERNAL: ${error instanceof Error ? error.message : String(error)}`;
    return [failed(name, message.replace(/\s+/g, ' '), fix, exitCodeOfError(error))];
  }
}
