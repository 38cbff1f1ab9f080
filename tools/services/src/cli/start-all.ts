import { missingFor } from '../catalogue/prerequisites.ts';
import { givenByUser, provide } from '../catalogue/provide.ts';
import type { Service, StartedService } from '../catalogue/service.ts';
import { ServicesError } from '../services-error.ts';
import type { Session } from './session.ts';

/** Parts that run together. */
export interface StartedServices {
  readonly services: Session['services'];
  stop(): Promise<void>;
}

/**
 * Starts all at once. One that does not start ends the others. Throws `PREREQUISITES_MISSING` with a line for each thing that the machine
 * lacks, before anything starts, or the failures of all that did not start.
 */
export async function startAll(chosen: readonly Service[], say: (line: string) => void, signal: AbortSignal): Promise<StartedServices> {
  const missing = await missingFor(chosen);
  if (missing.length > 0) {
    const lines = missing.map(({ part, needs, install }) => `${part} needs ${needs}: ${install}.`);
    throw new ServicesError('PREREQUISITES_MISSING', lines.join('\n'));
  }
  const failing = new AbortController();
  const either = AbortSignal.any([signal, failing.signal]);
  const settled = await Promise.allSettled(
    chosen.map((service) =>
      startOne(service, say, either).catch((error: unknown) => {
        failing.abort();
        throw error;
      }),
    ),
  );
  const started = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(started.map((each) => each.stop())));
  if (started.length < chosen.length) {
    await stop();
    const faults = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
    throw failureOf(faults, signal.aborted);
  }
  const services = chosen.map(({ name, title }, index) => ({ name, title, environment: started[index]?.environment ?? {} }));
  return { services, stop };
}

async function startOne(service: Service, say: (line: string) => void, signal: AbortSignal): Promise<StartedService> {
  if (givenByUser(service) !== null) {
    say(`${service.name}: yours, by ${service.variables[0]}`);
    return provide(service);
  }
  const begun = performance.now();
  say(`${service.name}: starting`);
  const started = await provide(service, { onProgress: say, signal });
  say(`${service.name}: ready (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  return started;
}

/** What was stopped because of another one's failure is not worth a line. */
function failureOf(faults: readonly Error[], aborted: boolean): ServicesError {
  if (aborted) return new ServicesError('ABORTED', 'Stopped before everything was started.');
  const own = faults.filter((fault) => !(fault instanceof ServicesError && fault.code === 'ABORTED'));
  return new ServicesError('START_FAILED', own.map(({ message }) => message).join('\n'), { cause: new AggregateError(faults) });
}
