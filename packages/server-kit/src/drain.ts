// Stops a server without losing what it is working on: tell the platform, stop accepting, finish, close.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '@promotable/contracts';
import type { InFlight } from './in-flight.ts';
import type { ServerModule } from './server-module.ts';
import type { DrainOptions } from './server-options.ts';

export interface Drain {
  readonly started: boolean;
  /** Drains once, however often it is called; resolves when all is closed. */
  run(): Promise<void>;
}

export interface DrainParts {
  readonly app: FastifyInstance;
  readonly flights: InFlight;
  readonly modules: readonly ServerModule[];
  readonly log: Logger;
  readonly options: DrainOptions;
}

export function drain({ app, flights, modules, log, options }: DrainParts): Drain {
  const { noticeMs = 0, limitMs = 25_000, signals = [] } = options;
  let running: Promise<void> | undefined;

  async function finish(): Promise<void> {
    for (const signal of signals) process.off(signal, onSignal);
    log.info({ in_flight: flights.count }, 'draining');
    if (noticeMs > 0) await delay(noticeMs);
    flights.close();
    // No new connections, and the idle ones end now; app.close() would answer 503 in another shape.
    if (app.server.listening) app.server.close();
    app.server.closeIdleConnections();
    const overdue = new AbortController();
    await Promise.race([flights.idle(), delay(limitMs, undefined, { signal: overdue.signal, ref: false }).catch(() => undefined)]);
    overdue.abort();
    if (flights.count > 0) log.warn({ in_flight: flights.count }, 'cutting requests that did not finish in time');
    await app.close();
    await closeModules();
    log.info({}, 'drained');
  }

  async function closeModules(): Promise<void> {
    for (const module of [...modules].reverse()) {
      try {
        await module.onClose?.();
      } catch (error) {
        log.error({ module: module.name, err: error }, 'module did not close');
      }
    }
  }

  const run = (): Promise<void> => (running ??= finish());
  const onSignal = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'signal received');
    run().catch((error: unknown) => log.error({ err: error }, 'drain failed'));
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    get started() {
      return running !== undefined;
    },
    run,
  };
}
