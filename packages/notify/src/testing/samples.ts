import type { DecisionNotification, ExceptionNotification } from '../notification.ts';

export const startOfTime = Date.parse('2026-11-21T11:00:00.000Z');

export function decided(changes: Partial<DecisionNotification> = {}): DecisionNotification {
  return {
    kind: 'fail',
    id: '0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10',
    at: '2026-11-21T11:00:00.000Z',
    subject: { tenant: 'acme', service: 'checkout', environment: 'production', releaseId: '1.4.1', stage: '50' },
    verdict: 'fail',
    previousVerdict: 'hold',
    reasons: [
      {
        code: 'P95_OVER_BUDGET',
        class: 'breach',
        message: 'p95 is 431 ms; the budget is 350 ms.',
        fix: 'Find what is slower than in the version before.',
      },
    ],
    warnings: [],
    digests: [`sha256:${'a'.repeat(64)}`],
    override: null,
    heldSince: null,
    decisionUrl: 'https://mc.test/v1/decisions/0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10',
    runbookUrl: 'https://runbooks.test/failure#p95_over_budget',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...changes,
  };
}

export function excepted(changes: Partial<ExceptionNotification> = {}): ExceptionNotification {
  return {
    kind: 'exception',
    id: 'O-7/1',
    at: '2026-11-21T11:00:00.000Z',
    subject: { tenant: 'acme', service: 'checkout', environment: 'production', releaseId: null, stage: null },
    act: 'override.created',
    actor: 'https://login.test#alice',
    exceptionId: 'O-7',
    codes: ['P95_OVER_BUDGET'],
    stages: ['20', '50'],
    digests: [`sha256:${'a'.repeat(64)}`],
    reason: 'a load test runs until noon',
    ticket: 'INC-1042',
    expiresAt: '2026-11-21T13:00:00.000Z',
    runbookUrl: 'https://runbooks.test/override',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...changes,
  };
}
