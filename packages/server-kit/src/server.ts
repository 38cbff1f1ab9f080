// Puts the parts together; the composition root passes modules in and knows the domain.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { admission } from './admission.ts';
import { bearerAuth } from './auth/bearer-auth.ts';
import { clientAddress } from './client-address.ts';
import { drain } from './drain.ts';
import { graphqlRoute, type GraphqlRoute } from './graphql/graphql-route.ts';
import { operationRegistry } from './graphql/operation-registry.ts';
import { executableSchema } from './graphql/schema.ts';
import { keptReadsFirst } from './hot-read/kept-reads.ts';
import { responseCache } from './hot-read/response-cache.ts';
import { httpApplication } from './http-application.ts';
import { inFlight } from './in-flight.ts';
import { listen } from './listen.ts';
import { serverMetrics } from './metrics.ts';
import { operationalRoutes } from './operational-routes.ts';
import { randomHex } from './random-hex.ts';
import { rateLimit } from './rate-limit.ts';
import { readiness } from './readiness.ts';
import { requestLog } from './request-log.ts';
import { requestTraces } from './request-trace.ts';
import { ServerKitError } from './server-kit-error.ts';
import type { Kit, ServerModule } from './server-module.ts';
import { resolveLimits, type GraphqlOptions, type ServerLimits, type ServerOptions } from './server-options.ts';

/** A server that can be started and ended. */
export interface Server {
  /** The Fastify instance, ready, for `inject` and further inspection; routes are added by modules. */
  readonly app: FastifyInstance;
  /** Starts listening and resolves to the URL. @throws ServerKitError `PORT_TAKEN`, `LISTEN_FAILED` */
  listen(): Promise<string>;
  /** `/readyz` says 503, no more connections, requests in flight finish up to a limit, modules close; once, however often called. */
  drain(): Promise<void>;
  /** Null before {@link Server.listen}. */
  readonly url: string | null;
}

/**
 * A server that is safe by default: closed operations, tokens on every route not marked public, bounded input, masked errors.
 * @throws ServerKitError `INVALID_SCHEMA`, `INVALID_OPERATION`, `INVALID_OPTIONS`, `DEVELOPMENT_TOKENS_REFUSED`
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { modules, clock, log } = options;
  const limits = resolveLimits(options.limits);
  const authenticators = [...options.authenticators, ...developmentAuthenticators(options)];
  const metrics = serverMetrics();
  const flights = inFlight(limits.inFlight);
  const now = (): number => clock.monotonic();
  const slowMs = options.slowRequestMs ?? 1000;
  const { answered, line } = requestLog({ metrics, now, slowMs, onAnswered: options.onAnswered });
  const random = randomHex(options.random ?? randomBytes);
  const trace = requestTraces(random, options.sampling);
  const app = httpApplication(options, {
    limits,
    random,
    trace,
    answered(active, status) {
      if (active.admitted) flights.leave();
      answered(active, status);
    },
  });
  const cache = options.responseCache === undefined ? null : responseCache(options.responseCache, clock);
  const changes = options.responseCache?.changes ?? null;
  const feed: ServerModule = { name: 'changes', onClose: () => changes?.stop() };
  const draining = drain({ app, flights, modules: [...modules, feed], log, options: options.drain ?? {} });
  try {
    const { authenticate, remembered } = bearerAuth({ authenticators, clock, maxCachedTokens: limits.cachedTokens });
    const rates = { perAddress: rateLimit(limits.perAddress), perPrincipal: rateLimit(limits.perPrincipal) };
    admission(app, { authenticate, sessions: options.sessions ?? null, ...rates, flights });
    const ready = readiness({
      checks: modules.flatMap((module) => module.readiness ?? []),
      clock,
      log,
      ...(options.readinessDeadlineMs === undefined ? {} : { deadlineMs: options.readinessDeadlineMs }),
      ...(options.readinessCacheMs === undefined ? {} : { cacheMs: options.readinessCacheMs }),
    });
    operationalRoutes(app, { ready, isDraining: () => draining.started, registry: metrics.registry });
    if (options.graphql !== undefined) mountGraphql(app, options.graphql, options, { limits, cache, counted: metrics.cacheRead });
    const kit: Kit = { metrics: metrics.registry, log, clock, changed: (tag) => cache?.changed(tag) };
    for (const module of modules) await app.register(async (scope) => module.routes?.(scope, kit));
    await app.ready();
    if (cache !== null && options.graphql !== undefined) {
      keptReadsFirst(app.server, {
        path: options.graphql.path ?? '/graphql',
        cache,
        remembered,
        ...rates,
        flights,
        client: clientAddress(options.trustedProxies),
        clock,
        random,
        trace,
        log,
        metrics,
        slowMs,
        line,
        onAnswered: options.onAnswered,
      });
    }
    if (cache !== null) changes?.start(cache);
  } catch (error) {
    await draining.run();
    throw error;
  }
  let url: string | null = null;
  return {
    app,
    get url() {
      return url;
    },
    async listen() {
      url = await listen(app, {
        host: options.host ?? '127.0.0.1',
        port: options.port ?? 4000,
        fallbackToFreePort: options.fallbackToFreePort ?? false,
      });
      log.info({ url }, 'listening');
      return url;
    },
    drain: () => draining.run(),
  };
}

function developmentAuthenticators({ developmentAuthenticator }: ServerOptions): ServerOptions['authenticators'] {
  if (developmentAuthenticator === undefined) return [];
  if (process.env['NODE_ENV'] === 'production') {
    throw new ServerKitError(
      'DEVELOPMENT_TOKENS_REFUSED',
      'developmentAuthenticator cannot be set when NODE_ENV is production: unset it and issue tokens by OIDC.',
    );
  }
  return [developmentAuthenticator];
}

function mountGraphql(
  app: FastifyInstance,
  graphql: GraphqlOptions,
  { modules, log }: ServerOptions,
  { limits, cache, counted }: { readonly limits: Required<ServerLimits> } & Pick<GraphqlRoute, 'cache' | 'counted'>,
): void {
  const schema = executableSchema(
    graphql.sdl,
    modules.map(({ name, resolvers = {}, scopes = {}, scalars = {}, cacheable = {} }) => ({
      module: name,
      resolvers,
      scopes,
      scalars,
      cacheable,
    })),
  );
  const cacheable = Object.fromEntries(modules.flatMap((module) => Object.entries(module.cacheable ?? {})));
  const registry = operationRegistry(schema, graphql.manifest, cacheable);
  const unmounted = registry.operations.filter(({ mounted }) => !mounted).map(({ name }) => name);
  if (unmounted.length > 0) log.warn({ operations: unmounted }, 'operations without a module');
  graphqlRoute(app, {
    path: graphql.path ?? '/graphql',
    schema,
    registry,
    cache,
    counted,
    bounds: { maxDepth: limits.jsonDepth, maxValues: limits.jsonValues },
  });
}
