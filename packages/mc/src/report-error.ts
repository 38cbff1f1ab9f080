import { isCodedError } from '@promotable/contracts';
import { exitCodeOfError, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** Says what went wrong, once, on stderr (and as JSON on stdout with `--json`), and returns the exit code. */
export function reportError(io: Io, error: unknown, json: boolean): ExitCode {
  const coded = isCodedError(error) ? error : null;
  const code = coded?.code ?? 'INTERNAL';
  const message = coded?.message ?? `mc failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`;
  const faults = coded?.faults ?? [];
  if (json) io.stdout(`${JSON.stringify({ error: { code, message, faults, retryable: coded?.retryable ?? false } }, null, 2)}\n`);
  io.stderr(`mc: ${code}: ${message}\n`);
  for (const fault of faults) io.stderr(`  ${fault.path === '' ? '(whole)' : fault.path}: ${fault.message}\n`);
  return exitCodeOfError(error);
}
