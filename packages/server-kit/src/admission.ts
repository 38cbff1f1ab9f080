// What every request passes before its handler: load, rate, media type, token, tenant, scope; in that order.
import type { Principal } from '@promotable/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { VerifiedToken } from './auth/authenticator.ts';
import { requireScope, requireTenant } from './auth/authorize.ts';
import type { SessionAuthenticator } from './auth/session-authenticator.ts';
import type { InFlight } from './in-flight.ts';
import { addressKey, type RateLimit } from './rate-limit.ts';
import { contextOf } from './request-context.ts';
import { whenOver } from './request-log.ts';
import { ServerKitError } from './server-kit-error.ts';

export interface Admission {
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** Null = no cookie is looked at. */
  readonly sessions: SessionAuthenticator | null;
  readonly perAddress: RateLimit;
  readonly perPrincipal: RateLimit;
  readonly flights: InFlight;
}

export function admission(app: FastifyInstance, { authenticate, sessions, perAddress, perPrincipal, flights }: Admission): void {
  app.addHook('onRequest', async (request, reply) => {
    const context = contextOf(request);
    const route = request.routeOptions.config;
    if (route.unlimited !== true) {
      flights.enter();
      whenOver(reply, () => flights.leave());
      await perAddress(addressKey(request.ip));
    }
    if (request.is404) return;
    requireMediaType(request, route.contentTypes ?? ['application/json']);
    if (route.public === true) return;
    const session = await sessionOf(request, sessions);
    const principal = session?.principal ?? (await authenticate(request.headers.authorization));
    context.principal = principal;
    context.sessionEndsAt = session?.expiresAt ?? null;
    requireTenant(principal, request.headers['x-tenant-id']);
    if (route.scope !== undefined) requireScope(principal, route.scope);
    if (route.unlimited !== true) await perPrincipal(principal.id);
  });

  app.addHook('preHandler', async (request) => {
    const { principal } = contextOf(request);
    if (principal === null) return;
    for (const named of [request.params, request.query, request.body]) {
      if (typeof named !== 'object' || named === null) continue;
      const { tenant, tenantId } = named as { tenant?: unknown; tenantId?: unknown };
      requireTenant(principal, tenant);
      requireTenant(principal, tenantId);
    }
  });
}

/** A token beside the cookie speaks alone; and a cookie, which a browser sends by itself, never changes anything. */
async function sessionOf(request: FastifyRequest, sessions: SessionAuthenticator | null): Promise<VerifiedToken | null> {
  const { authorization, cookie } = request.headers;
  if (sessions === null || authorization !== undefined || request.method !== 'GET' || request.routeOptions.config.session !== true)
    return null;
  return sessions.authenticate(cookie);
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

/** Other media types are what a foreign page can send without asking first, so they are refused even without a body. */
function requireMediaType(request: FastifyRequest, accepted: readonly string[]): void {
  if (!bodyMethods.has(request.method)) return;
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (accepted.includes(mediaType) && encoding === 'identity') return;
  throw new ServerKitError('UNSUPPORTED_MEDIA_TYPE', `Send the body as ${accepted.join(' or ')}, not compressed.`, { status: 415 });
}
