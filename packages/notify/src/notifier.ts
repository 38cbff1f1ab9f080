import type { Notification, NotificationKind } from './notification.ts';

/** One way to tell somebody. */
export interface Notifier {
  /** Names the channel in the outbox, in logs and metrics; stable, since what waits is kept under it. */
  readonly channel: string;
  /** What it is told of. */
  readonly kinds: readonly NotificationKind[];
  /**
   * Delivers once, without trying again by itself.
   * @throws {NotifyError} `REFUSED`, or retryable `UNREACHABLE` and `RATE_LIMITED`
   */
  notify(notification: Notification, options: { readonly signal: AbortSignal }): Promise<void>;
}
