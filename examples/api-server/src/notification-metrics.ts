// Deliveries as metrics of this server; labels are the configured channels and closed sets.
import type { DeliveryEvent, Notifier } from '@promotable/notify';
import { Counter, type Registry } from 'prom-client';

/** Registers the metrics and answers the listener that feeds them. */
export function notificationMetrics(
  registry: Registry,
  channels: readonly Pick<Notifier, 'channel' | 'kinds'>[],
): (event: DeliveryEvent) => void {
  const registers = [registry];
  const delivered = new Counter({
    name: 'notifications_delivered_total',
    help: 'Notifications that arrived, by channel and kind.',
    labelNames: ['channel', 'kind'],
    registers,
  });
  const retried = new Counter({
    name: 'notifications_retried_total',
    help: 'Attempts that failed and are made again.',
    labelNames: ['channel'],
    registers,
  });
  const failed = new Counter({
    name: 'notifications_failed_total',
    help: 'Notifications that were given up, by error code.',
    labelNames: ['channel', 'code'],
    registers,
  });
  // A series that appears with its first event is no increase to Prometheus.
  for (const { channel, kinds } of channels) {
    for (const kind of kinds) delivered.inc({ channel, kind }, 0);
    retried.inc({ channel }, 0);
    failed.inc({ channel, code: 'REFUSED' }, 0);
  }
  return ({ channel, kind, outcome, code }) => {
    if (outcome === 'delivered') delivered.inc({ channel, kind });
    else if (outcome === 'retry') retried.inc({ channel });
    else failed.inc({ channel, code: code ?? 'INTERNAL' });
  };
}
