import { dirname, join, resolve } from 'node:path';
import type { Publisher } from '@promotable/sdk-evidence';
import type { Spool } from '@promotable/sdk-evidence/spool';
import type { Command } from 'commander';
import { withConnection } from './command.ts';
import { connect, type ConnectionOptions } from './connection.ts';
import { withLayer } from './embedded-policy.ts';
import type { Io } from './io.ts';
import { makeDirectory } from './make-directory.ts';
import { type LimitOptions, publisherLimits } from './publisher-limits.ts';

export interface PublishingOptions extends ConnectionOptions, LimitOptions {
  readonly spool?: string;
}

export interface Publishing {
  readonly publisher: Publisher;
  readonly spool: Spool;
  readonly spoolPath: string;
}

/** Adds the options of everything that sends evidence. */
export function withPublishing(command: Command): Command {
  return withLayer(withConnection(command))
    .option('--spool <path>', 'where evidence waits while MC is away: a folder, or a file that ends in .sqlite')
    .option('--attempts <n>', 'attempts in all (default: the layer says, 6)')
    .option('--timeout <duration>', 'longest time for one record, waiting included (default: the layer says, 120s)');
}

/** The publisher and the spool of this machine. The caller closes the spool. */
export async function publishing(io: Io, options: PublishingOptions): Promise<Publishing> {
  const [{ createEvidenceEvents, createPublisher }, { openDirectorySpool, openSqliteSpool }] = await Promise.all([
    import('@promotable/sdk-evidence'),
    import('@promotable/sdk-evidence/spool'),
  ]);
  const limits = await publisherLimits(io, options);
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
    ...limits.resilience,
  });
  // Before anything is sent: a token that cannot be read is a fault of the configuration, not of MC.
  await connection.token();
  const path = resolve(io.cwd, options.spool ?? join(connection.local?.folder ?? '.promotable', 'spool'));
  await makeDirectory(path.endsWith('.sqlite') ? dirname(path) : path, 0o700);
  return { publisher, spool: await (path.endsWith('.sqlite') ? openSqliteSpool : openDirectorySpool)(path, limits.spool), spoolPath: path };
}
