import type { Clock } from '@promotable/contracts';
import type { Notifier } from '../notifier.ts';
import { NotifyError } from '../notify-error.ts';
import { postJson, requireUrl } from '../post-json.ts';
import { pagerDutyEvent } from './pagerduty-event.ts';

/** Which service of PagerDuty is told. */
export interface PagerDutyOptions {
  /** Integration key of a service with Events API v2; a secret. */
  readonly routingKey: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Environments that somebody is woken for. @default all */
  readonly environments?: readonly string[];
  /** @default 'pagerduty' */
  readonly channel?: string;
  /** @default 'https://events.pagerduty.com/v2/enqueue' */
  readonly url?: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** Pages for a fail and a long hold, and resolves when the subject passes. @throws {NotifyError} `CONFIGURATION` */
export function pagerDutyNotifier(options: PagerDutyOptions): Notifier {
  const { routingKey, environments, clock, channel = 'pagerduty', fetch = globalThis.fetch } = options;
  const url = requireUrl('the URL of PagerDuty', options.url ?? 'https://events.pagerduty.com/v2/enqueue');
  if (!/^[A-Za-z0-9]{16,64}$/.test(routingKey))
    throw new NotifyError('CONFIGURATION', 'the routing key of PagerDuty must be 16 to 64 letters or digits');
  return {
    channel,
    kinds: ['fail', 'long_hold', 'pass'],
    async notify(notification, { signal }) {
      if (environments !== undefined && !environments.includes(notification.subject.environment)) return;
      const event = notification.kind === 'exception' ? null : pagerDutyEvent(routingKey, notification);
      if (event !== null) await postJson('PagerDuty', url, JSON.stringify(event), { fetch, signal, now: () => clock.now() });
    },
  };
}
