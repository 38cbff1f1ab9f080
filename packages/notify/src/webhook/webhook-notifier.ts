// A signed webhook by the Standard Webhooks specification (https://www.standardwebhooks.com), which receivers verify with its own libraries.
import { createHmac } from 'node:crypto';
import type { Clock } from '@promotable/contracts';
import { type NotificationKind, notificationKinds } from '../notification.ts';
import type { Notifier } from '../notifier.ts';
import { NotifyError } from '../notify-error.ts';
import { postJson, requireUrl } from '../post-json.ts';

/** Who is told, and the secret that signs it. */
export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and the base64 of 24 to 64 random bytes; shared with the receiver. */
  readonly secret: string;
  readonly clock: Pick<Clock, 'now'>;
  /** @default 'webhook' */
  readonly channel?: string;
  /** @default all */
  readonly kinds?: readonly NotificationKind[];
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** Posts each notification as `{type, timestamp, data}`; `webhook-id` stays the same when it is sent again. @throws {NotifyError} `CONFIGURATION` */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const { clock, channel = 'webhook', kinds = notificationKinds, fetch = globalThis.fetch } = options;
  const url = requireUrl('the URL of the webhook', options.url);
  const key = keyOf(options.secret);
  return {
    channel,
    kinds,
    async notify(notification, { signal }) {
      const { kind, id, at } = notification;
      const body = JSON.stringify({ type: `promotable.${kind}`, timestamp: at, data: notification });
      const messageId = `${id}.${kind}`;
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64');
      const headers = { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
      await postJson('the webhook', url, body, { fetch, signal, headers, now: () => clock.now() });
    },
  };
}

function keyOf(secret: string): Buffer {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret);
  const key = Buffer.from(match?.[1] ?? '', 'base64');
  if (key.length < 24 || key.length > 64)
    throw new NotifyError('CONFIGURATION', 'the secret of the webhook must be whsec_ and the base64 of 24 to 64 bytes');
  return key;
}
