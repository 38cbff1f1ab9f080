// Tokens that people ask MC for: issued with rights that they have themselves, listed, revoked, each act with its entry in the audit trail.
import type { Clock, Principal, Scope, SqlClient, Transaction, Transactor } from '@promotable/contracts';
import type { McTokens, TokenRecords } from '../auth/mc-tokens.ts';
import { forbidden, ServerKitError } from '../server-kit-error.ts';
import { countTokens, insertToken, type ListedToken, listTokens, revokeToken, type TokenRecord, tokenStands } from './token-table.ts';

/** Tokens in force that one tenant may have. */
const maxTokens = 1000;
/** Tokens that one listing shows. */
const maxListed = 500;
/** What no token of MC may do, whoever asks: make more of them, or decide for people. */
const neverGranted: ReadonlySet<Scope> = new Set([
  'token:issue',
  'person:erase',
  'waiver:approve',
  'override:break-glass',
  'override:countersign',
  'retention:hold',
]);

/** What happened to a token, for the audit trail. */
export interface TokenAct {
  readonly type: 'token.issued' | 'token.revoked';
  readonly tenant: string;
  readonly tokenId: string;
  /** SHA-256 of RFC 8785 of the token's record, hex. */
  readonly token: Pick<TokenRecord, 'id' | 'name' | 'services' | 'scopes'> & { readonly expiresAt: string };
  /** Principal who did it. */
  readonly actor: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Where tokens are on record, who signs them, who is told. */
export interface AccessTokensOptions {
  readonly sql: SqlClient;
  readonly transactor: Transactor;
  /** Signs them; made with the {@link tokenRecords} of the same database. */
  readonly tokens: McTokens;
  readonly maxTtlSeconds: number;
  /** Enters an act in the audit trail, as part of the transaction. */
  readonly audit: (act: TokenAct, tx: Transaction) => Promise<void>;
  readonly clock: Clock;
}

/** What somebody asks for. */
export interface TokenRequest {
  /** What it is for: 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly name: string;
  /** At least one, of the caller's own; `['*']` only where the caller has it. */
  readonly services: readonly string[];
  /** At least one, of the caller's own. */
  readonly scopes: readonly Scope[];
  readonly ttlSeconds: number;
}

/** Issues, lists and revokes. */
export interface AccessTokens {
  /**
   * The one time that the token itself is seen.
   * @throws ServerKitError `FORBIDDEN` (403) for what the caller may not do itself, `TOKEN_REFUSED` (409, 422)
   */
  issue(principal: Principal, request: TokenRequest): Promise<{ readonly token: string; readonly record: TokenRecord }>;
  /** Those of the caller's tenant. */
  list(principal: Principal): Promise<ListedToken[]>;
  /** Ends a token of the caller's tenant; one that is revoked already stays as it is. @throws ServerKitError `NOT_FOUND` (404) */
  revoke(principal: Principal, id: string): Promise<TokenRecord>;
}

/** What verifies tokens against the records: one look by primary key, and an answer that counts for five seconds. */
export function tokenRecords(sql: SqlClient, maxTtlSeconds: number): TokenRecords {
  return {
    maxTtlSeconds,
    recheckMs: 5000,
    stands: (token) =>
      tokenStands(sql, token).catch((cause: unknown) => {
        throw new ServerKitError('AUTH_UNAVAILABLE', 'Tokens cannot be verified at the moment.', {
          ...{ status: 503, retryable: true, retryAfterSeconds: 5, cause, reason: 'records of tokens unreachable' },
        });
      }),
  };
}

/** Tokens of MC, over a database. */
export function accessTokens({ sql, transactor, tokens, maxTtlSeconds, audit, clock }: AccessTokensOptions): AccessTokens {
  const actOf = (type: TokenAct['type'], { id, tenant, name, services, scopes, expiresAt }: TokenRecord, actor: string): TokenAct => ({
    ...{ type, tenant, tokenId: id, token: { id, name, services, scopes, expiresAt: expiresAt.toISOString() } },
    ...{ actor, at: new Date(clock.now()).toISOString() },
  });
  return {
    async issue(principal, { name, services, scopes, ttlSeconds }) {
      requireOwn(principal, services, scopes);
      if (ttlSeconds > maxTtlSeconds) throw refused(`A token may live ${maxTtlSeconds} s at most.`, 422);
      const { tenant } = principal;
      const now = new Date(clock.now());
      const issued = await tokens.issue({ subject: name, tenant, services, scopes, ttlSeconds, recorded: true });
      const { token, jti, digest } = issued;
      const record: TokenRecord = {
        ...{ id: jti, tenant, name, services, scopes, issuedBy: principal.id, issuedAt: now, expiresAt: new Date(issued.expiresAt) },
        ...{ revokedAt: null, revokedBy: null },
      };
      await transactor.transaction(async (tx) => {
        const client = tx.sql ?? sql;
        if ((await countTokens(client, tenant, now)) >= maxTokens)
          throw refused(`A tenant has ${maxTokens} tokens at most; revoke some.`, 409);
        await insertToken(client, { ...record, digest });
        await audit(actOf('token.issued', record, principal.id), tx);
      });
      return { token, record };
    },
    list: ({ tenant }) => listTokens(sql, tenant, new Date(clock.now()), maxListed),
    revoke: (principal, id) =>
      transactor.transaction(async (tx) => {
        const { tenant } = principal;
        const revoked = await revokeToken(tx.sql ?? sql, { tenant, id, by: principal.id, at: new Date(clock.now()) });
        if (revoked === null) throw new ServerKitError('NOT_FOUND', 'There is no such token.', { status: 404 });
        if (revoked.isNew) {
          await audit(actOf('token.revoked', revoked.token, principal.id), tx);
          tx.onCommit(() => tokens.forget());
        }
        return revoked.token;
      }),
  };
}

/** Nobody hands out what is not theirs. */
function requireOwn(principal: Principal, services: readonly string[], scopes: readonly Scope[]): void {
  const mayNameAll = principal.services.includes('*');
  if (!mayNameAll && !services.every((service) => principal.services.includes(service)))
    throw forbidden('a service that is not the caller’s');
  if (!scopes.every((scope) => principal.scopes.includes(scope))) throw forbidden('a scope that is not the caller’s');
  if (scopes.some((scope) => neverGranted.has(scope))) throw forbidden('a scope that no token of this server may have');
}

function refused(message: string, status: number): ServerKitError {
  return new ServerKitError('TOKEN_REFUSED', message, { status });
}
