import type { Verdict } from '@promotable/contracts';

/** Exit codes of every `mc` command; no flag turns a hold into 0. */
export const exitCodes = { pass: 0, fail: 1, usage: 2, hold: 3 } as const;
/** Exit code of `mc`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a verdict; 2 is wrong usage, which is none. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  return exitCodes[verdict];
}
