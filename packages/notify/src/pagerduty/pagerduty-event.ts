// A notification as an event of PagerDuty: https://developer.pagerduty.com/docs/send-alert-event
import { createHash } from 'node:crypto';
import { type DecisionNotification, headline, type NotificationSubject } from '../notification.ts';

/** The body of `POST /v2/enqueue`. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'resolve';
  /** One incident per subject, however often it fails. */
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error';
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly client?: string;
}

const maxSummary = 1024;
const maxReasons = 20;

/** Triggers for a fail and a long hold, resolves for a pass; null for what concerns nobody on call, such as a pass after which nothing was open. */
export function pagerDutyEvent(routingKey: string, notification: DecisionNotification): PagerDutyEvent | null {
  const { kind, subject, previousVerdict } = notification;
  const dedup = { routing_key: routingKey, dedup_key: dedupKey(subject) };
  if (kind === 'pass') return previousVerdict === null || previousVerdict === 'pass' ? null : { ...dedup, event_action: 'resolve' };
  if (kind === 'hold') return null;
  const { reasons, at, decisionUrl, runbookUrl, digests, heldSince, traceId, id, warnings } = notification;
  const codes = reasons.map(({ code }) => code);
  return {
    ...dedup,
    event_action: 'trigger',
    payload: {
      summary: `${headline(notification)}: ${codes.join(', ')}`.slice(0, maxSummary),
      source: `promotable/${subject.tenant}`,
      severity: kind === 'fail' ? 'critical' : 'error',
      timestamp: at,
      component: subject.service,
      group: subject.environment,
      class: codes[0] ?? kind,
      custom_details: {
        release: subject.releaseId,
        stage: subject.stage,
        reasons: reasons.slice(0, maxReasons).map(({ code, message, fix }) => ({ code, message, fix })),
        warnings: warnings.slice(0, maxReasons).map(({ code, message }) => ({ code, message })),
        digests: digests.slice(0, maxReasons),
        held_since: heldSince,
        decision: id,
        trace_id: traceId,
      },
    },
    links: [
      ...(decisionUrl === null ? [] : [{ href: decisionUrl, text: 'decision' }]),
      ...(runbookUrl === null ? [] : [{ href: runbookUrl, text: 'runbook' }]),
    ],
    client: 'promotable',
  };
}

/** At most 255 characters, and the same for whatever happens to a subject. */
export function dedupKey({ tenant, service, environment, releaseId, stage }: NotificationSubject): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, service, environment, releaseId, stage]))
    .digest('hex');
  return `promotable/${digest}`;
}
