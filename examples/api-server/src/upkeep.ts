// What MC looks after while it runs: key set and trust policy read anew, local keys and tokens renewed in time.
import { join } from 'node:path';
import type { Clock } from '@promotable/contracts';
import type { createJsonLog, McTokens } from '@promotable/server-kit';
import type { Configuration } from './configuration.ts';
import { renewDevelopmentKeySet } from './development-keys.ts';
import type { KeyDirectory, TokenKeys } from './key-directory.ts';
import { writeLocalTokens } from './local-connection.ts';

/** How often local keys and tokens are renewed, milliseconds. */
const localMs = 300_000;

export interface Upkeep {
  start(): void;
  stop(): void;
}

export interface UpkeepParts {
  readonly configuration: Pick<Configuration, 'keys' | 'data' | 'production'>;
  readonly keys: Pick<KeyDirectory, 'refresh' | 'tokenKeys'>;
  readonly tokens: McTokens | null;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createJsonLog>;
  /** How often keys, key set and trust policy are read, milliseconds: evidence of a key that was just added counts soon after. @default 10_000 */
  readonly readKeysMs?: number | undefined;
}

/** A round that fails is logged; what was read last stays in force. */
export function createUpkeep({ configuration, keys, tokens, clock, log, readKeysMs = 10_000 }: UpkeepParts): Upkeep {
  const timers: NodeJS.Timeout[] = [];
  let tokenKeys = keyIdsOf(keys.tokenKeys());
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, 'keys could not be read anew');
    }
  };
  const readKeys = async (): Promise<void> => {
    await keys.refresh();
    const next = keys.tokenKeys();
    // Each rotation makes every token be verified anew.
    if (tokens === null || next === null || keyIdsOf(next) === tokenKeys) return;
    tokens.rotate(next);
    tokenKeys = keyIdsOf(next);
    log.info({ kid: next.signingKey.kid }, 'the keys of tokens have changed');
  };
  const renewLocal = async (): Promise<void> => {
    if (configuration.keys === null) await renewDevelopmentKeySet(join(configuration.data, 'keys'), clock);
    if (!configuration.production && tokens !== null) await writeLocalTokens(tokens, configuration.data);
  };
  return {
    start() {
      if (timers.length > 0) return;
      timers.push(setInterval(() => void attempt(readKeys), readKeysMs).unref());
      timers.push(setInterval(() => void attempt(renewLocal), localMs).unref());
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

function keyIdsOf(keys: TokenKeys | null): string {
  return keys === null ? '' : JSON.stringify([keys.signingKey.kid, keys.publicKeys.map(({ kid, issuedBefore }) => [kid, issuedBefore])]);
}
