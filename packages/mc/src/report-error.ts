import { CodedError, isCodedError } from '@promotable/contracts';
import type { ExitCode } from './exit-code.ts';
import { exitCodeOfError } from './exit-code-of-error.ts';
import type { Io } from './io.ts';
import { printable } from './render/printable.ts';

/** Says what went wrong, once, on stderr (and as JSON on stdout with `--json`), and returns the exit code. */
export function reportError(io: Io, error: unknown, json: boolean): ExitCode {
  const coded = isCodedError(error)
    ? error
    : new CodedError('INTERNAL', `mc failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`);
  const { code, message, faults, retryable } = coded;
  if (json) io.stdout(`${JSON.stringify({ error: { code, message, faults, retryable } }, null, 2)}\n`);
  sayError(io, coded);
  return exitCodeOfError(error);
}

/** One line with the code, and one for each fault. */
export function sayError(io: Io, { code, message, faults }: CodedError): void {
  io.stderr(printable(`mc: ${code}: ${message.replace(/\s+/g, ' ')}\n`));
  for (const fault of faults)
    io.stderr(printable(`  ${fault.path === '' ? '(whole)' : fault.path}: ${fault.message.replace(/\s+/g, ' ')}\n`));
}
