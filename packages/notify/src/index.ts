// Ways to tell somebody
export { slackNotifier } from './slack/slack-notifier.ts';
export { pagerDutyNotifier } from './pagerduty/pagerduty-notifier.ts';
export { webhookNotifier } from './webhook/webhook-notifier.ts';
// What is said
export { slackMessage } from './slack/slack-message.ts';
export { dedupKey, pagerDutyEvent } from './pagerduty/pagerduty-event.ts';
export { headline, notificationKinds } from './notification.ts';
// When, and how it gets there
export { createDispatch } from './dispatch.ts';
export { createCourier } from './courier.ts';
export { memoryOutbox } from './outbox/memory-outbox.ts';
export { NotifyError } from './notify-error.ts';

export type { Courier, CourierOptions, DeliveryEvent } from './courier.ts';
export type { DecidedSubject, Dispatch, DispatchOptions } from './dispatch.ts';
export type { DecisionNotification, ExceptionNotification, Notification, NotificationKind, NotificationSubject } from './notification.ts';
export type { Notifier } from './notifier.ts';
export type { NotifyErrorCode } from './notify-error.ts';
export type { ClaimedMessage, ClaimOptions, Outbox, OutboxMessage, OutboxWriteOptions, Outcome, WaitingHolds } from './outbox/outbox.ts';
export type { PagerDutyEvent } from './pagerduty/pagerduty-event.ts';
export type { PagerDutyOptions } from './pagerduty/pagerduty-notifier.ts';
export type { SlackBlock, SlackMessage } from './slack/slack-message.ts';
export type { SlackOptions } from './slack/slack-notifier.ts';
export type { WebhookOptions } from './webhook/webhook-notifier.ts';
