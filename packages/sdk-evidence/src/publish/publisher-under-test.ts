// What the tests of publishing share: a publisher that waits for nothing between attempts, and all it tells.
import { EvidenceError } from '../evidence-error.ts';
import { createEvidenceEvents, type EvidenceEvent } from './events.ts';
import { createPublisher, type PublisherOptions } from './publisher.ts';

export const token = 'opaque-test-token-0123456789';

export function publisherTo(url: string, options: Partial<PublisherOptions> = {}) {
  const { events = createEvidenceEvents() } = options;
  const heard: EvidenceEvent[] = [];
  events.on((event) => void heard.push(event));
  return {
    ...createPublisher({ url, token: async () => token, random: () => 0, breaker: { failures: 100, openMs: 1000 }, ...options, events }),
    heard,
  };
}

/** Aborts right after an event of this type, e.g. while the call waits for its next attempt. */
export function abortingAt(type: EvidenceEvent['type'], controller: AbortController) {
  const events = createEvidenceEvents();
  events.on((event) => event.type === type && setImmediate(() => controller.abort()));
  return events;
}

export async function failureOf(promise: Promise<unknown>): Promise<EvidenceError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof EvidenceError) return error;
  throw error;
}
