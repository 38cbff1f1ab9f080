// How long rollbacks take, from decisions alone. Each process remembers the fails that it recorded itself.
import type { DecisionEvent } from './gate-events.ts';

/** Environments remembered; the one that failed longest ago is forgotten first. */
const maxRemembered = 1000;

/** Tells of each decision whether it completes a rollback: seconds since the first fail before it in that environment, else null. */
export function rollbackTimer(): (event: Pick<DecisionEvent, 'decision' | 'isLastStage'>) => number | null {
  const failedAt = new Map<string, number>();
  return ({ decision: { subject, verdict, evaluatedAt }, isLastStage }) => {
    const key = JSON.stringify([subject.tenant, subject.service, subject.environment]);
    const at = Date.parse(evaluatedAt);
    const since = failedAt.get(key);
    if (verdict === 'fail' && since === undefined) {
      failedAt.set(key, at);
      if (failedAt.size > maxRemembered) for (const [oldest] of [...failedAt].slice(0, 1)) failedAt.delete(oldest);
    }
    // Whatever passed the last stage, the failed release no longer runs.
    if (verdict !== 'pass' || !isLastStage) return null;
    failedAt.delete(key);
    return since === undefined || subject.kind !== 'rollback' ? null : Math.max(0, at - since) / 1000;
  };
}
