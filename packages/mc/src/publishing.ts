import type { Publisher } from '@promotable/sdk-evidence';
import type { Command } from 'commander';
import { inGroup, withConnection } from './command.ts';
import { connect } from './connection.ts';
import { withLayer } from './embedded-policy.ts';
import type { Io } from './io.ts';
import { type SpoolPlace, spoolHelp } from './open-spool.ts';
import { publisherLimits } from './publisher-limits.ts';

export type PublishingOptions = SpoolPlace;

/** Adds the options of everything that sends evidence. */
export function withPublishing(command: Command): Command {
  return inGroup(withLayer(withConnection(command)), 'Sending:', (group) =>
    group
      .option('--spool <path>', spoolHelp)
      .option('--attempts <n>', 'attempts in all (default: the layer says, 6)')
      .option('--timeout <duration>', 'longest time for one record, waiting included (default: the layer says, 120s)'),
  );
}

/** The publisher to MC; it tells on stderr what it tries again. */
export async function createMcPublisher(io: Io, options: PublishingOptions): Promise<Publisher> {
  const { createEvidenceEvents, createPublisher } = await import('@promotable/sdk-evidence');
  const { resilience } = await publisherLimits(io, options);
  const connection = await connect(io, 'publisher', options);
  const events = createEvidenceEvents();
  events.on((event) => {
    if (event.type === 'retry')
      io.stderr(`mc: attempt ${event.attempt} failed (${event.code}); again in ${(event.delayMs / 1000).toFixed(1)} s\n`);
  });
  const publisher = createPublisher({
    url: connection.url,
    token: connection.token,
    fetch: io.fetch,
    clock: io.clock,
    random: io.random,
    events,
    ...resilience,
  });
  // Before anything is sent: a token that cannot be read is a fault of the configuration, not of MC.
  await connection.token();
  return publisher;
}
