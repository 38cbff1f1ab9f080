// What MC looks after while it runs: key set and trust policy read anew, local keys and tokens renewed in time.
import { join } from 'node:path';
import type { Clock } from '@promotable/contracts';
import type { createJsonLog, McTokens } from '@promotable/server-kit';
import type { Configuration } from './configuration.ts';
import { renewDevelopmentKeySet } from './development-keys.ts';
import type { KeyDirectory } from './key-directory.ts';
import { writeLocalTokens } from './local-connection.ts';

/** How often, milliseconds. */
const intervalMs = 300_000;

export interface Upkeep {
  start(): void;
  stop(): void;
}

export interface UpkeepParts {
  readonly configuration: Pick<Configuration, 'keys' | 'data' | 'production'>;
  readonly keys: Pick<KeyDirectory, 'refresh'>;
  readonly tokens: McTokens | null;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createJsonLog>;
}

/** A round that fails is logged; what was read last stays in force. */
export function createUpkeep({ configuration, keys, tokens, clock, log }: UpkeepParts): Upkeep {
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      if (configuration.keys === null) await renewDevelopmentKeySet(join(configuration.data, 'keys'), clock);
      await keys.refresh();
      if (!configuration.production && tokens !== null) await writeLocalTokens(tokens, configuration.data);
    } catch (error) {
      log.error({ err: error }, 'keys could not be read anew');
    }
  };
  return {
    start() {
      timer ??= setInterval(() => void round(), intervalMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
