// The bare Fastify instance: timeouts, body parsing, error shapes; no routes yet.
import { fastify, LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { replyError } from './error-reply.ts';
import { parseJson } from './json-body.ts';
import { answerMalformed } from './malformed-request.ts';
import { knownMethods } from './method-not-allowed.ts';
import { newContext, requestIdOf } from './request-context.ts';
import { requestDeadline } from './request-deadline.ts';
import { whenOver, type Answered } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { ServerKitError } from './server-kit-error.ts';
import type { ServerLimits, ServerOptions } from './server-options.ts';
import { traceContext, traceparent, type RandomBytes } from './trace-context.ts';

export function httpApplication(
  options: ServerOptions,
  limits: Required<ServerLimits>,
  random: RandomBytes,
  answered: Answered,
): FastifyInstance {
  const { clock, log } = options;
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    const trace = traceContext(request.headers.traceparent, random);
    const child = log.child({ request_id: request.id, trace_id: trace.traceId });
    request.log = child;
    reply.log = child;
    const signal = requestDeadline(reply, request.routeOptions.config?.timeoutMs ?? limits.handlerTimeoutMs, (error) =>
      replyError(error, request, reply),
    );
    request.promotable = newContext(request, clock.monotonic(), trace, child, signal);
    whenOver(reply, () => answered(request, reply));
    securityHeaders(reply);
    reply.headers({ 'x-request-id': request.id, traceparent: traceparent(trace) });
  };
  const app = fastify({
    // One line per request is written by our own hooks, with our own fields.
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: log,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
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
  app.addHook('onRequest', async (request, reply) => {
    begin(request, reply);
  });

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
