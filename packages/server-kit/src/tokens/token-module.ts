// `/v1/whoami` and `/v1/tokens`: who the caller is, and the tokens of its tenant.
import { scopes, ServiceName } from '@promotable/contracts';
import { z } from 'zod';
import { parseInput } from '../input.ts';
import { contextOf, principalOf } from '../request-context.ts';
import type { ServerModule } from '../server-module.ts';
import { ServerKitError } from '../server-kit-error.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ListedToken, TokenRecord } from './token-table.ts';
import type { TokenUses } from './token-uses.ts';

const Request = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"'),
  services: z
    .array(z.union([z.literal('*'), ServiceName]))
    .min(1)
    .max(100),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  ttlSeconds: z.int().min(60),
});

/** `access` null: this server issues no tokens, and says so. */
export function tokenModule(access: AccessTokens | null, uses: TokenUses | null): ServerModule {
  const issuer = (): AccessTokens => {
    if (access === null)
      throw new ServerKitError('TOKEN_REFUSED', 'This server issues no tokens: it has no key for them.', { status: 409 });
    return access;
  };
  return {
    name: 'tokens',
    routes(app) {
      app.get('/v1/whoami', async (request) => {
        const { id, tenant, services, scopes } = principalOf(request);
        return { id, tenant, services, scopes };
      });
      app.post('/v1/tokens', { config: { scope: 'token:issue' } }, async (request, reply) => {
        const { token, record } = await issuer().issue(principalOf(request), parseInput(Request, request.body));
        contextOf(request).provenanceId = record.id;
        return reply
          .status(201)
          .header('cache-control', 'no-store')
          .send({ token, ...shown(record) });
      });
      app.get('/v1/tokens', { config: { scope: 'token:issue' } }, async (request) => ({
        tokens: (await issuer().list(principalOf(request))).map(shownWithUses),
      }));
      app.post<{ Params: { id: string } }>('/v1/tokens/:id/revoke', { config: { scope: 'token:issue' } }, async (request) => {
        const id = z.uuid().safeParse(request.params.id);
        if (!id.success) throw new ServerKitError('NOT_FOUND', 'There is no such token.', { status: 404 });
        contextOf(request).provenanceId = id.data;
        return shown(await issuer().revoke(principalOf(request), id.data));
      });
    },
    onClose: () => uses?.stop(),
  };
}

function shown({ id, name, services, scopes, issuedBy, issuedAt, expiresAt, revokedAt, revokedBy }: TokenRecord): object {
  return { id, name, services, scopes, issuedBy, issuedAt, expiresAt, revokedAt, revokedBy };
}

function shownWithUses(token: ListedToken): object {
  return { ...shown(token), uses: token.uses, refused: token.refused, lastUsedAt: token.lastUsedAt };
}
