// One request while it is worked on. What few requests need (a logger, a signal, a name for the log) is made when it is asked for.
import type { Span } from '@opentelemetry/api';
import type { Principal } from '@promotable/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Expiring } from './deadlines.ts';
import { replyError } from './error-reply.ts';
import type { RandomHex } from './random-hex.ts';
import type { RequestContext, RoutePolicy } from './request-context.ts';
import type { AnsweredRequest } from './request-log.ts';
import type { RequestLogger } from './request-logger.ts';
import type { RequestTraces } from './request-trace.ts';
import { ServerKitError } from './server-kit-error.ts';
import { type TraceContext, traceContext } from './trace-context.ts';

export interface ActiveRequestOptions {
  readonly random: RandomHex;
  readonly trace: RequestTraces;
  /** Monotonic clock at arrival, milliseconds. */
  readonly startedAt: number;
  /** Of a route that states none, milliseconds. */
  readonly defaultTimeoutMs: number;
}

export class ActiveRequest implements RequestContext, AnsweredRequest, Expiring {
  readonly method: string;
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Null where the request is not recorded. */
  readonly span: Span | null;
  readonly startedAt: number;
  readonly deadline: number;
  readonly log: RequestLogger;
  /** What the route states about itself. */
  readonly policy: RoutePolicy;
  /** The route's pattern; never the path, which may hold what a caller put there by mistake. */
  readonly route: string;
  principal: Principal | null = null;
  sessionEndsAt: number | null = null;
  errorCode: string | null = null;
  provenanceId: string | null = null;
  /** Of a registered operation; null until it is known which one is meant. */
  operationKind: 'query' | 'mutation' | null = null;
  /** Counts among the requests in flight. */
  admitted = false;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #timeoutMs: number;
  #op: string | null = null;
  #gone: AbortController | null = null;
  #endedBy: Error | null = null;

  constructor(request: FastifyRequest, reply: FastifyReply, { random, trace: traces, startedAt, defaultTimeoutMs }: ActiveRequestOptions) {
    // Made anew by the framework at each access.
    const { config } = request.routeOptions as { config: (RoutePolicy & { readonly url?: string }) | undefined };
    this.#request = request;
    this.#reply = reply;
    this.method = request.method;
    this.requestId = request.id;
    this.startedAt = startedAt;
    this.policy = config ?? {};
    // Probes are never recorded.
    const { trace, span } =
      this.policy.unlimited === true
        ? { trace: traceContext(request.headers.traceparent, random), span: null }
        : traces.begin(request.method, request.headers.traceparent);
    this.trace = trace;
    this.span = span;
    this.route = config?.url ?? 'unmatched';
    this.#timeoutMs = this.policy.timeoutMs ?? defaultTimeoutMs;
    this.deadline = startedAt + this.#timeoutMs;
    this.log = request.log as unknown as RequestLogger;
    this.log.traceId = trace.traceId;
  }

  get op(): string {
    return this.#op ?? (this.route === 'unmatched' ? 'unmatched' : `${this.method} ${this.route}`);
  }

  set op(name: string) {
    this.#op = name;
  }

  // Fastify's own `request.signal` and `handlerTimeout` end with the *request* stream, that is as soon as a body has been read
  // (fastify/fastify#6725, #7033), so a POST would be aborted at once and never time out; these follow the *response*.
  get signal(): AbortSignal {
    if (this.#gone === null) {
      this.#gone = new AbortController();
      if (this.#endedBy !== null) this.#gone.abort(this.#endedBy);
    }
    return this.#gone.signal;
  }

  /** The answer takes too long: 503, unless the reply was hijacked, which has no time limit. */
  expire(): void {
    const reply = this.#reply;
    if (reply.sent) return;
    const error = new ServerKitError('TIMEOUT', 'The answer took too long.', {
      status: 503,
      retryable: true,
      reason: `no answer within ${this.#timeoutMs} ms`,
    });
    this.#abort(error);
    // An answer that has begun cannot be replaced, only cut.
    if (reply.raw.headersSent) reply.raw.destroy();
    else if (!reply.sent) replyError(error, this.#request, reply);
  }

  /** The status that was answered; 499 where the caller left before. */
  get finalStatus(): number {
    return this.#reply.raw.writableEnded ? this.#reply.statusCode : 499;
  }

  /** The connection closed, or the answer is out. */
  over(): void {
    if (!this.#reply.raw.writableEnded) this.#abort(new Error('the caller left'));
  }

  #abort(reason: Error): void {
    if (this.#endedBy !== null) return;
    this.#endedBy = reason;
    this.#gone?.abort(reason);
  }
}

/** The context with the parts that are the kit's own. */
export function activeRequest(request: FastifyRequest): ActiveRequest {
  return request.promotable as ActiveRequest;
}
