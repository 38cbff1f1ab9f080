// Who is told of decisions and overrides: the configured channels over one outbox in the database. None configured: nothing is queued.
import type { Clock, DecisionPredicate } from '@promotable/contracts';
import type { GateStore } from '@promotable/gate/server';
import { postgresGateStore } from '@promotable/gate/postgres';
import type { GovernanceEvent, GovernanceOptions } from '@promotable/governance/server';
import {
  createCourier,
  createDispatch,
  type DeliveryEvent,
  type Dispatch,
  type Notifier,
  pagerDutyNotifier,
  slackNotifier,
  webhookNotifier,
} from '@promotable/notify';
import { postgresOutbox } from '@promotable/notify/postgres';
import type { createJsonLog, ServerModule } from '@promotable/server-kit';
import type pg from 'pg';
import { announcingGateStore } from './announcing-gate-store.ts';
import type { Configuration } from './configuration.ts';
import { notificationMetrics } from './notification-metrics.ts';
import type { NotificationSettings } from './notification-settings.ts';

export interface NotificationParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createJsonLog>;
}

export interface Notifications {
  /** Its metrics and its end. */
  readonly module: ServerModule;
  /** The same store; what it records is queued to be told. */
  announcing(store: GateStore): GateStore;
  /** Absent where nobody is told. */
  readonly onAct: GovernanceOptions['onAct'];
  /** Takes what people wrote out of what is queued or was told about these exceptions. */
  readonly wordsErased: Dispatch['wordsErased'];
  /** Begins to deliver. */
  start(): void;
}

export function createNotifications({ notifications, publicUrl }: Configuration, { pool, clock, log }: NotificationParts): Notifications {
  const notifiers = notifiersOf(notifications, clock);
  const outbox = postgresOutbox(pool);
  let count = (_event: DeliveryEvent): void => undefined;
  const courier = createCourier({ outbox, notifiers, clock, logger: log, onDelivery: (event) => count(event) });
  const dispatch = createDispatch({ outbox, channels: notifiers });
  const isTold = notifiers.length > 0;
  const runbookOf = ([code]: readonly string[]): string =>
    code === undefined ? notifications.runbookUrl : `${notifications.runbookUrl}#${code.toLowerCase()}`;
  return {
    module: {
      name: 'notifications',
      routes(_app, kit) {
        count = notificationMetrics(kit.metrics, notifiers);
      },
      onClose: () => courier.stop(),
    },
    announcing: (store) =>
      isTold
        ? announcingGateStore(store, {
            dispatch,
            within: ({ sql }) => (sql === null ? store : postgresGateStore(sql)),
            pageOf: (decision) => pageOf(decision, publicUrl),
            runbookOf,
          })
        : store,
    onAct: isTold ? actTeller(dispatch, notifications.runbookUrl) : undefined,
    wordsErased: (exceptions, options) => dispatch.wordsErased(exceptions, options),
    start: () => courier.start(),
  };
}

function notifiersOf({ slackWebhookUrl, pagerDuty, webhook }: NotificationSettings, clock: Clock): Notifier[] {
  return [
    ...(slackWebhookUrl === null ? [] : [slackNotifier({ webhookUrl: slackWebhookUrl, clock })]),
    ...(pagerDuty === null
      ? []
      : [
          pagerDutyNotifier({
            routingKey: pagerDuty.routingKey,
            environments: pagerDuty.environments,
            clock,
            ...(pagerDuty.url === null ? {} : { url: pagerDuty.url }),
          }),
        ]),
    ...(webhook === null ? [] : [webhookNotifier({ ...webhook, clock })]),
  ];
}

/** The console's page of the release: a person has no token for the decision itself. */
function pageOf({ subject: { service, releaseId } }: DecisionPredicate, publicUrl: string | null): string | null {
  return publicUrl === null ? null : `${publicUrl}/release?${new URLSearchParams({ service, release: releaseId }).toString()}`;
}

/** A single approval concerns who waits for it alone; what it leads to is told. */
function actTeller(dispatch: Dispatch, runbookUrl: string): GovernanceOptions['onAct'] {
  return async ({ record, act, traceId }: GovernanceEvent, { tx }) => {
    if (act.type === 'waiver.approved') return;
    const { tenant, id, revision, service, environment, codes, stages, digests, reason, ticket, expiresAt } = record;
    await dispatch.acted(
      {
        id: `${id}/${revision}/${act.type}`,
        at: new Date(act.at).toISOString(),
        subject: { tenant, service, environment, releaseId: null, stage: null },
        ...{ act: act.type, actor: act.actor, exceptionId: id, codes, stages, digests, ticket, traceId },
        reason: act.note ?? reason,
        expiresAt: new Date(expiresAt).toISOString(),
        runbookUrl,
      },
      { tx },
    );
  };
}
