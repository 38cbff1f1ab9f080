// A pass kept for the time MC cannot be reached: never longer than it says, on either clock.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@promotable/contracts';
import type { HeldPass } from './client-state.ts';
import type { VerifiedDecision } from './verify-decision.ts';

/** A monotonic clock means nothing outside its process. */
const thisProcess = randomUUID();

/** What to remember of a decision: a pass, or that there is none any more. */
export function holdPass({ decision, bundle }: VerifiedDecision, clock: Clock): HeldPass | null {
  if (decision.verdict !== 'pass' || decision.validUntil === null) return null;
  const receivedAt = clock.now();
  const validUntil = Date.parse(decision.validUntil);
  return { bundle, receivedAt, validUntil, monotonic: { process: thisProcess, until: clock.monotonic() + (validUntil - receivedAt) } };
}

/** Whether it still counts; a wall clock that was set back ends it. */
export function stillPasses({ receivedAt, validUntil, monotonic }: HeldPass, clock: Clock): boolean {
  const now = clock.now();
  if (now < receivedAt || now >= validUntil) return false;
  return monotonic.process !== thisProcess || clock.monotonic() < monotonic.until;
}
