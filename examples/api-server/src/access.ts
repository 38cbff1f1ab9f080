// Tokens of MC itself: who issues them, where they are on record, what is written of their use.
import { digestOf } from '@promotable/attest';
import type { Clock } from '@promotable/contracts';
import type { Ledger, StreamId } from '@promotable/ledger';
import { type AnsweredListener, type createJsonLog, type McTokens, mcTokens, type People, type ServerModule } from '@promotable/server-kit';
import {
  accessTokens,
  addUses,
  peopleModule,
  type PersonalRecords,
  postgresPeople,
  type TokenAct,
  tokenModule,
  tokenRecords,
  tokenUses,
} from '@promotable/server-kit/tokens';
import type pg from 'pg';
import type { Transactor } from '@promotable/contracts';
import type { Configuration } from './configuration.ts';
import type { KeyDirectory } from './key-directory.ts';
import { localTokenSeconds } from './local-connection.ts';

/** The log of what is done to tokens, and to what is known of people. */
export const accessStream = 'access';

export interface AccessParts {
  readonly pool: pg.Pool;
  readonly transactor: Transactor;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly keys: Pick<KeyDirectory, 'tokenKeys'>;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createJsonLog>;
  /** Whatever keeps something of people. */
  readonly records: readonly PersonalRecords[];
}

export interface Access {
  /** Knows people by pseudonyms. */
  readonly people: People;
  /** Null where the installation has no token key. */
  readonly tokens: McTokens | null;
  readonly modules: readonly ServerModule[];
  /** Counts what tokens on record do. */
  readonly onAnswered: AnsweredListener;
}

export function createAccess(
  { production, tokenIssuer, maxTokenSeconds }: Pick<Configuration, 'production' | 'tokenIssuer' | 'maxTokenSeconds'>,
  { pool, transactor, ledger, keys, clock, log, records }: AccessParts,
): Access {
  const tokenKeys = keys.tokenKeys();
  const people = postgresPeople(pool, clock);
  const peoples = peopleModule({
    sql: pool,
    transactor,
    records,
    async audit({ type, tenant, pseudonym, actor, erased }, tx) {
      const bodyDigest = digestOf({ pseudonym, erased });
      const at = new Date(clock.now()).toISOString();
      await ledger.append([{ tenant, stream: accessStream, type, subject: `person/${pseudonym ?? 'unknown'}`, bodyDigest, actor, at }], {
        tx,
      });
    },
  });
  if (tokenKeys === null) return { people, tokens: null, modules: [tokenModule(null, null), peoples], onAnswered: () => undefined };
  const tokens = mcTokens({
    issuer: tokenIssuer,
    ...tokenKeys,
    clock,
    records: tokenRecords(pool, maxTokenSeconds),
    ...(production ? {} : { developmentTokens: true, maxTtlSeconds: localTokenSeconds }),
  });
  const audit = async (act: TokenAct, tx: Parameters<Ledger['append']>[1]['tx']): Promise<void> => {
    await ledger.append([entryOf(act)], { tx });
  };
  const uses = tokenUses((batch) => addUses(pool, batch), { clock, log });
  uses.start();
  return {
    people,
    tokens,
    modules: [tokenModule(accessTokens({ sql: pool, transactor, tokens, maxTtlSeconds: maxTokenSeconds, audit, clock }), uses), peoples],
    onAnswered({ principal, op, status }) {
      const tokenId = tokens.tokenIdOf(principal);
      if (tokenId !== null) uses.count({ tokenId, operation: op, status });
    },
  };
}

function entryOf({ type, tenant, tokenId, token, actor, at }: TokenAct): StreamId & Parameters<Ledger['append']>[0][number] {
  return { tenant, stream: accessStream, type, subject: `token/${tokenId}`, bodyDigest: digestOf(token), actor, at };
}
