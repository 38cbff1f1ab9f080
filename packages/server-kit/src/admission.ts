// What every request passes before its handler: load, rate, media type, token, tenant, scope; in that order.
import type { Principal } from '@promotable/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { activeRequest, type ActiveRequest } from './active-request.ts';
import type { BearerAuth } from './auth/bearer-auth.ts';
import { requireScope, requireTenant } from './auth/authorize.ts';
import type { SessionAuthenticator } from './auth/session-authenticator.ts';
import type { InFlight } from './in-flight.ts';
import { addressKey, type RateLimit } from './rate-limit.ts';
import type { RoutePolicy } from './request-context.ts';
import { ServerKitError } from './server-kit-error.ts';

export interface Admission {
  readonly authenticate: BearerAuth['authenticate'];
  /** Null = no cookie is looked at. */
  readonly sessions: SessionAuthenticator | null;
  readonly perAddress: RateLimit;
  readonly perPrincipal: RateLimit;
  readonly flights: InFlight;
}

export function admission(app: FastifyInstance, { authenticate, sessions, perAddress, perPrincipal, flights }: Admission): void {
  const admit = (request: FastifyRequest, active: ActiveRequest, principal: Principal): void => {
    active.principal = principal;
    requireTenant(principal, request.headers['x-tenant-id']);
    const { scope, unlimited } = active.policy;
    if (scope !== undefined) requireScope(principal, scope);
    if (unlimited !== true) perPrincipal.count(principal.id, active.startedAt);
  };

  /** A session cookie stands for its owner where nobody sent a token; a foreign page can make a browser send it, so it answers GET alone. */
  const takesSession = (request: FastifyRequest, route: RoutePolicy): boolean =>
    sessions !== null && route.session === true && request.method === 'GET' && request.headers.authorization === undefined;

  const bySession = async (request: FastifyRequest, active: ActiveRequest): Promise<Principal> => {
    const session = (await sessions?.authenticate(request.headers.cookie)) ?? null;
    if (session === null) return authenticate(undefined);
    active.sessionEndsAt = session.expiresAt;
    return session.principal;
  };

  app.addHook('onRequest', (request, _reply, done) => {
    const active = activeRequest(request);
    const route = active.policy;
    if (route.unlimited !== true) {
      flights.enter();
      active.admitted = true;
      perAddress.count(addressKey(request.ip), active.startedAt);
    }
    if (request.is404) return done();
    requireMediaType(request, route.contentTypes ?? json);
    if (route.public === true) return done();
    const known = takesSession(request, route) ? bySession(request, active) : authenticate(request.headers.authorization);
    // A token verified before is known at once; waiting for it would cost every hot read a turn of the event loop's queue.
    if (!(known instanceof Promise)) {
      admit(request, active, known);
      return done();
    }
    known
      .then((principal) => admit(request, active, principal))
      .then(
        // oxlint-disable-next-line promise/no-callback-in-promise -- the framework's hooks end by a callback or a promise; only the callback costs nothing
        () => done(),
        done,
      );
  });

  app.addHook('preHandler', (request, _reply, done) => {
    const { principal } = activeRequest(request);
    if (principal !== null) {
      requireTenantNamed(principal, request.params);
      requireTenantNamed(principal, request.query);
      requireTenantNamed(principal, request.body);
    }
    done();
  });
}

/** @throws ServerKitError `FORBIDDEN` (403) where `tenant` or `tenantId` of an object is another tenant than the token's */
export function requireTenantNamed(principal: Principal, named: unknown): void {
  if (typeof named !== 'object' || named === null) return;
  const { tenant, tenantId } = named as { tenant?: unknown; tenantId?: unknown };
  requireTenant(principal, tenant);
  requireTenant(principal, tenantId);
}

const json = ['application/json'] as const;
const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

/** Other media types are what a foreign page can send without asking first, so they are refused even without a body. */
function requireMediaType(request: FastifyRequest, accepted: readonly string[]): void {
  if (!bodyMethods.has(request.method)) return;
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (accepted.includes(mediaType) && encoding === 'identity') return;
  throw new ServerKitError('UNSUPPORTED_MEDIA_TYPE', `Send the body as ${accepted.join(' or ')}, not compressed.`, { status: 415 });
}
