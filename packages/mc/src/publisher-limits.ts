import type { ResilienceOptions } from '@promotable/sdk-evidence';
import type { SpoolOptions } from '@promotable/sdk-evidence/spool';
import { durationMs } from './duration.ts';
import { embeddedPolicy, type LayerOptions } from './embedded-policy.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

export interface LimitOptions extends LayerOptions {
  readonly attempts?: string;
  readonly timeout?: string;
}

/** How often and how long evidence is sent, and how much of it may wait: the settings of the layer, and what was said on the command line. */
export async function publisherLimits(
  io: Io,
  options: LimitOptions,
): Promise<{ readonly resilience: ResilienceOptions; readonly spool: SpoolOptions }> {
  const { engine } = await embeddedPolicy(io, options);
  // No verdict depends on these, so no layer sets them for one service or environment.
  const settings = engine.thresholds('any', 'any').values;
  return {
    resilience: {
      attempts: attemptsOf(options) ?? settings.publisherAttempts,
      attemptMs: settings.publisherAttemptTimeoutMs,
      totalMs: options.timeout === undefined ? settings.publisherTotalMs : durationMs('--timeout', options.timeout),
      backoff: { base: settings.publisherBackoffMinMs, max: settings.publisherBackoffMaxMs },
      breaker: { failures: settings.breakerFailures, openMs: settings.breakerOpenMs },
    },
    spool: { maxAgeMs: settings.spoolMaxAgeMs, maxBytes: settings.spoolMaxBytes, clock: io.clock },
  };
}

function attemptsOf({ attempts: text }: LimitOptions): number | undefined {
  if (text === undefined) return undefined;
  const attempts = Number(text);
  if (!(Number.isInteger(attempts) && attempts >= 1 && attempts <= 100))
    throw new McError('USAGE', '--attempts must be a whole number from 1 to 100.');
  return attempts;
}
