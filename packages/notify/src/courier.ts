// Takes messages out of the outbox to their channels. A channel that fails is tried again, counted, and changes nothing else.
import { type Clock, isCodedError, type Logger } from '@promotable/contracts';
import type { NotificationKind } from './notification.ts';
import { NotifyError } from './notify-error.ts';
import type { Notifier } from './notifier.ts';
import type { ClaimedMessage, Outbox, Outcome } from './outbox/outbox.ts';

/** What came of an attempt, for metrics. */
export interface DeliveryEvent {
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly outcome: Outcome['type'];
  /** Null unless it failed. */
  readonly code: string | null;
}

/** What a courier delivers from and to. */
export interface CourierOptions {
  readonly outbox: Pick<Outbox, 'claim' | 'settle' | 'forget'>;
  readonly notifiers: readonly Notifier[];
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** @default Math.random */
  readonly random?: () => number;
  /** Told of every attempt; what it throws is ignored. @default nobody */
  readonly onDelivery?: (event: DeliveryEvent) => void;
  /** How often the outbox is looked at, milliseconds. @default 1000 */
  readonly intervalMs?: number;
  /** Longest time for one attempt, milliseconds. @default 10_000 */
  readonly attemptMs?: number;
  /** After so long nobody wants to hear of it any more, milliseconds. @default 86_400_000 */
  readonly maxAgeMs?: number;
}

/** Delivers until it is stopped; several may share an outbox. */
export interface Courier {
  start(): void;
  /** Delivers what is due now, one batch of each channel, and answers how many attempts that were. */
  round(): Promise<number>;
  /** Gives up what is under way, which its lease hands to the next. */
  stop(): Promise<void>;
}

const batch = 20;
/** From the first delay, doubled each time, milliseconds. */
const firstDelayMs = 1000;
const longestDelayMs = 300_000;
/** How long settled messages are kept, milliseconds. */
const keptMs = 30 * 86_400_000;
const forgetEveryMs = 3_600_000;

/** A courier over an outbox; it starts nothing by itself. */
export function createCourier(options: CourierOptions): Courier {
  const {
    outbox,
    notifiers,
    clock,
    logger,
    random = Math.random,
    onDelivery,
    intervalMs = 1000,
    attemptMs = 10_000,
    maxAgeMs = 86_400_000,
  } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const timers: NodeJS.Timeout[] = [];
  let forgotAt = Number.NEGATIVE_INFINITY;

  async function deliver(notifier: Notifier, message: ClaimedMessage): Promise<void> {
    const outcome = await attempt(notifier, message);
    await outbox.settle(message, outcome, clock.now());
    const { channel, kind } = message;
    try {
      onDelivery?.({ channel, kind, outcome: outcome.type, code: outcome.type === 'failed' ? outcome.code : null });
    } catch (error) {
      logger.warn({ err: error }, 'a listener of the courier failed');
    }
  }

  async function attempt(notifier: Notifier, message: ClaimedMessage): Promise<Outcome> {
    const { channel, kind, id, createdAt, attempt: count } = message;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(attemptMs)]);
    try {
      await notifier.notify(message.notification, { signal });
      return { type: 'delivered' };
    } catch (error) {
      const code = isCodedError(error) ? error.code : 'INTERNAL';
      const isFinal = isCodedError(error) && !error.retryable;
      const isLate = clock.now() - createdAt >= maxAgeMs;
      // Not the error itself: who made this notifier may have put a secret into its message.
      logger.warn({ channel, kind, notification: id, attempt: count, error_code: code }, 'a notification was not delivered');
      if (isFinal || isLate) return { type: 'failed', code };
      const retryAfterMs = error instanceof NotifyError ? (error.retryAfterMs ?? 0) : 0;
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count - 1, 20)) * (0.5 + random() / 2);
      return { type: 'retry', at: clock.now() + Math.max(retryAfterMs, Math.round(delayMs)) };
    }
  }

  async function roundOf(notifier: Notifier): Promise<number> {
    const { channel } = notifier;
    // Longer than an attempt, so that nobody takes over what is still under way.
    const claimed = await outbox.claim({ channel, now: clock.now(), leaseMs: 3 * attemptMs, limit: batch });
    await Promise.all(claimed.map((message) => deliver(notifier, message)));
    return claimed.length;
  }

  async function forget(): Promise<void> {
    if (clock.now() - forgotAt < forgetEveryMs) return;
    forgotAt = clock.now();
    await outbox.forget(clock.now() - keptMs);
  }

  /** A slow channel keeps no other one waiting; one look at a time. */
  function every(work: () => Promise<unknown>): void {
    let busy = false;
    const look = async (): Promise<void> => {
      if (busy || stopping.signal.aborted) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        logger.warn({ err: error }, 'the outbox could not be read; it is tried again');
      } finally {
        busy = false;
      }
    };
    timers.push(
      setInterval(() => {
        const running = look().finally(() => underWay.delete(running));
        underWay.add(running);
      }, intervalMs).unref(),
    );
  }

  return {
    start() {
      if (timers.length > 0 || stopping.signal.aborted) return;
      for (const notifier of notifiers) every(() => roundOf(notifier));
      if (notifiers.length > 0) every(forget);
    },
    async round() {
      const counts = await Promise.all(notifiers.map(roundOf));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
