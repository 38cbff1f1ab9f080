// The bare Fastify instance: timeouts, body parsing, error shapes; no routes yet.
import { fastify, LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { ActiveRequest, activeRequest } from './active-request.ts';
import { deadlines } from './deadlines.ts';
import { replyError } from './error-reply.ts';
import { parseJson } from './json-body.ts';
import { answerMalformed } from './malformed-request.ts';
import { knownMethods } from './method-not-allowed.ts';
import type { RandomHex } from './random-hex.ts';
import { requestIdOf } from './request-context.ts';
import { RequestLogger } from './request-logger.ts';
import type { RequestTraces } from './request-trace.ts';
import { endRequestSpan, insideRequestSpan } from './request-span.ts';
import { commonHeaders } from './security-headers.ts';
import { ServerKitError } from './server-kit-error.ts';
import type { ServerLimits, ServerOptions } from './server-options.ts';

export interface HttpApplicationParts {
  readonly limits: Required<ServerLimits>;
  readonly random: RandomHex;
  readonly trace: RequestTraces;
  /** Called once for every request, when its answer is out or its caller gone. */
  readonly answered: (active: ActiveRequest, status: number) => void;
}

export function httpApplication({ clock, log, trustedProxies }: ServerOptions, parts: HttpApplicationParts): FastifyInstance {
  const { limits, random, trace, answered } = parts;
  const expiry = deadlines(() => clock.monotonic());
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    const active = new ActiveRequest(request, reply, {
      random,
      trace,
      startedAt: clock.monotonic(),
      defaultTimeoutMs: limits.handlerTimeoutMs,
    });
    request.promotable = active;
    expiry.add(active);
    // Fastify's `onResponse` hook is silent when the connection is gone, so what must happen for every request happens here.
    reply.raw.on('close', () => {
      expiry.delete(active);
      active.over();
      const status = active.finalStatus;
      answered(active, status);
      const { span } = active;
      if (span !== null) endRequestSpan(span, active, { status, scheme: request.protocol, httpVersion: request.raw.httpVersion });
    });
    // Hot reads write their own; every other answer of GraphQL is a computed one or an error, and those set them.
    if (active.policy.errors !== 'graphql') commonHeaders(request, reply);
  };
  const app = fastify({
    // Lines about requests are written by our own hooks, with our own fields; a logger of the framework's own would add two listeners to each.
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (_log, bindings) => new RequestLogger(log, (bindings as { reqId: string }).reqId) as never,
    trustProxy: trustedProxies === undefined ? false : [...trustedProxies],
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, connectionsCheckingInterval: limits.timeoutCheckMs },
    forceCloseConnections: true,
    genReqId: (request) => requestIdOf(request.headers['x-request-id'], random),
    frameworkErrors: (error, request, reply) => {
      begin(request, reply);
      replyError(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      const requestId = requestIdOf(undefined, random);
      log.info({ request_id: requestId, error_code: error.code ?? null }, 'malformed request');
      answerMalformed(error, socket as Socket, requestId);
    },
  }) as unknown as FastifyInstance;

  app.decorateRequest('promotable', null);
  const methodsOf = knownMethods(app);
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    done();
  });
  // After the body was read: its events belong to the connection, what `done` calls belongs to the span.
  app.addHook('preHandler', (request, _reply, done) => insideRequestSpan(activeRequest(request), done));

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer, { maxDepth: limits.jsonDepth, maxValues: limits.jsonValues }));
    } catch (error) {
      done(error as Error);
    }
  });

  app.setErrorHandler((error, request, reply) => replyError(error, request, reply));
  app.setNotFoundHandler({}, (request, reply) => {
    const allow = methodsOf(request.url.split('?', 1)[0] ?? '');
    const error =
      allow.length === 0
        ? new ServerKitError('NOT_FOUND', 'There is nothing at this path.', { status: 404 })
        : new ServerKitError('METHOD_NOT_ALLOWED', 'This path does not answer this method.', { status: 405, allow });
    return replyError(error, request, reply);
  });
  return app;
}
