import type { Reason, Verdict } from '@promotable/contracts';
import { printable } from './printable.ts';

const says: Record<Verdict, string> = {
  pass: 'PASS: it may go further.',
  fail: 'FAIL: it must not go further.',
  hold: 'HOLD: not known yet; nothing is promoted and nothing is rolled back.',
};

/** A verdict and its reasons as a person reads them, one reason a line with its fix below. */
export function renderVerdict(verdict: Verdict, reasons: readonly Reason[], warnings: readonly Reason[]): string {
  const lines = [
    says[verdict],
    ...reasons.flatMap((reason) => renderReason(reason, mark(reason))),
    ...warnings.flatMap((warning) => renderReason(warning, '!')),
  ];
  return printable(`${lines.join('\n')}\n`);
}

function mark(reason: Reason): string {
  return reason.class === 'missing_proof' ? '?' : 'x';
}

function renderReason(reason: Reason, sign: string): string[] {
  const head = `  ${sign} ${reason.code}: ${reason.message}`;
  return reason.fix === '' ? [head] : [head, `      → ${reason.fix}`];
}
