// What people and other systems are told. JSON throughout: it waits in the outbox and leaves through webhooks as it is.
import type { Reason, Verdict } from '@promotable/contracts';

/** What stands in the place of a text that was erased. */
export const erasedText = '[erased]';

/** Every kind of notification. */
export const notificationKinds = ['pass', 'fail', 'hold', 'long_hold', 'exception'] as const;
/** `hold`: it has lasted a while; `long_hold`: somebody must look; `exception`: a waiver or an override was granted, countersigned or revoked. */
export type NotificationKind = (typeof notificationKinds)[number];

/** What a notification is about. */
export interface NotificationSubject {
  readonly tenant: string;
  readonly service: string;
  readonly environment: string;
  /** Null for an exception, which is made for artifacts. */
  readonly releaseId: string | null;
  /** Null for an exception. */
  readonly stage: string | null;
}

/** A decision that changed something. */
export interface DecisionNotification {
  readonly kind: Exclude<NotificationKind, 'exception'>;
  /** Id of the decision. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly subject: NotificationSubject;
  readonly verdict: Verdict;
  /** Of the last decision about the same subject; null for the first. */
  readonly previousVerdict: Verdict | null;
  readonly reasons: readonly Pick<Reason, 'code' | 'class' | 'message' | 'fix'>[];
  readonly warnings: readonly Pick<Reason, 'code' | 'class' | 'message' | 'fix'>[];
  readonly digests: readonly string[];
  /** Id of the override that took part. */
  readonly override: string | null;
  /** RFC 3339; null unless it is held. */
  readonly heldSince: string | null;
  readonly decisionUrl: string | null;
  readonly runbookUrl: string | null;
  readonly traceId: string | null;
}

/** An act on a waiver or an override. */
export interface ExceptionNotification {
  readonly kind: 'exception';
  /** Names this act. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly subject: NotificationSubject;
  /** Such as `override.created`. */
  readonly act: string;
  readonly actor: string;
  readonly exceptionId: string;
  readonly codes: readonly string[];
  readonly stages: readonly string[];
  readonly digests: readonly string[];
  readonly reason: string;
  readonly ticket: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly runbookUrl: string | null;
  readonly traceId: string | null;
}

/** Something that people are told. */
export type Notification = DecisionNotification | ExceptionNotification;

/** What happened, in one line: `fail: checkout 1.4.1, production 50 %`. */
export function headline(notification: Notification): string {
  const { service, environment, releaseId, stage } = notification.subject;
  if (notification.kind === 'exception') return `${notification.act}: ${service} in ${environment}`;
  const what = notification.kind === 'long_hold' ? 'long hold' : notification.kind;
  const where = stage === null ? environment : `${environment} ${stage === 'complete' ? stage : `${stage} %`}`;
  return `${what}: ${service} ${releaseId ?? ''}, ${where}`;
}
