export { exitCodeOf, exitCodes } from './exit-code.ts';
export { processIo } from './io.ts';
export { McError } from './mc-error.ts';
export { runMc } from './program.ts';

export type { ExitCode } from './exit-code.ts';
export type { Io } from './io.ts';
export type { McErrorCode } from './mc-error.ts';
