import type { Clock } from '@promotable/contracts';
import type { NotificationKind } from '../notification.ts';
import type { Notifier } from '../notifier.ts';
import { postJson, requireUrl } from '../post-json.ts';
import { slackMessage } from './slack-message.ts';

/** Which channel of Slack is told. */
export interface SlackOptions {
  /** Of an incoming webhook; a secret. */
  readonly webhookUrl: string;
  readonly clock: Pick<Clock, 'now'>;
  /** @default 'slack' */
  readonly channel?: string;
  /** @default pass, fail, hold, exception */
  readonly kinds?: readonly NotificationKind[];
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** Posts to an incoming webhook of Slack. @throws {NotifyError} `CONFIGURATION` */
export function slackNotifier(options: SlackOptions): Notifier {
  const { webhookUrl, clock, channel = 'slack', kinds = ['pass', 'fail', 'hold', 'exception'], fetch = globalThis.fetch } = options;
  const url = requireUrl('the webhook of Slack', webhookUrl);
  return {
    channel,
    kinds,
    notify: (notification, { signal }) =>
      postJson('Slack', url, JSON.stringify(slackMessage(notification)), { fetch, signal, now: () => clock.now() }),
  };
}
