// Where people are told, by environment. Each of these is a secret or stands beside one, so faults never repeat a value.
import { EnvironmentName } from '@promotable/contracts';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** The variables of notifications, as {@link readConfiguration} checks them. */
export const notificationVariables = {
  SLACK_WEBHOOK_URL: httpUrl.optional(),
  PAGERDUTY_ROUTING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9]{16,64}$/, 'must be 16 to 64 letters or digits')
    .optional(),
  /** Another region, such as `https://events.eu.pagerduty.com/v2/enqueue`. */
  PAGERDUTY_URL: httpUrl.optional(),
  /** Environments that somebody is woken for. */
  PAGERDUTY_ENVIRONMENTS: z
    .string()
    .default('production')
    .transform((names) => names.split(',').map((name) => name.trim()))
    .pipe(z.array(EnvironmentName).min(1).max(32)),
  PROMOTABLE_WEBHOOK_URL: httpUrl.optional(),
  PROMOTABLE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 bytes')
    .optional(),
  PROMOTABLE_RUNBOOK_URL: httpUrl.default('https://github.com/promotable/promotable/blob/main/docs/reason-codes.md'),
} as const;

/** Channels that were configured; null = not told there. */
export interface NotificationSettings {
  readonly slackWebhookUrl: string | null;
  readonly pagerDuty: { readonly routingKey: string; readonly url: string | null; readonly environments: readonly string[] } | null;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  /** What is linked beside a reason; `#` and its code in lower case are added. */
  readonly runbookUrl: string;
}

const Variables = z.object(notificationVariables);

export function notificationSettings(values: z.infer<typeof Variables>): NotificationSettings {
  const { PAGERDUTY_ROUTING_KEY: routingKey, PROMOTABLE_WEBHOOK_URL: url, PROMOTABLE_WEBHOOK_SECRET: secret } = values;
  return {
    slackWebhookUrl: values.SLACK_WEBHOOK_URL ?? null,
    pagerDuty:
      routingKey === undefined ? null : { routingKey, url: values.PAGERDUTY_URL ?? null, environments: values.PAGERDUTY_ENVIRONMENTS },
    webhook: url === undefined || secret === undefined ? null : { url, secret },
    runbookUrl: values.PROMOTABLE_RUNBOOK_URL,
  };
}
