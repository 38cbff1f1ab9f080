import { LedgerError } from './ledger-error.ts';

/** Runs every effect, also after one has failed. @throws {LedgerError} `COMMIT_EFFECT_FAILED` at the end; the commit stands */
export function runEffects(effects: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const effect of effects) {
    try {
      effect();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new LedgerError('COMMIT_EFFECT_FAILED', `committed, but ${failures.length} of ${effects.length} effects failed`, {
      cause: failures[0],
    });
}
