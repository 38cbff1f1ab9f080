import type { Verdict } from '@promotable/contracts';

/** Exit codes of a verdict. 2 is wrong usage, and belongs to the command line. */
export const exitCodes = { pass: 0, fail: 1, hold: 3 } as const satisfies Record<Verdict, number>;
/** Exit code of a verdict. */
export type ExitCode = (typeof exitCodes)[Verdict];

/** 0 pass, 1 fail, 3 hold, and 3 for whatever is no verdict. */
export function exitCodeOf(verdict: unknown): ExitCode {
  if (verdict === 'pass') return exitCodes.pass;
  return verdict === 'fail' ? exitCodes.fail : exitCodes.hold;
}
