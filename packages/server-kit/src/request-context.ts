// What is known of one request: ids, caller, log; made first, filled as the request goes on.
import type { Logger, Principal, Scope } from '@promotable/contracts';
import type { FastifyRequest } from 'fastify';
import { scrubText } from './scrub.ts';
import { unauthenticated } from './server-kit-error.ts';
import type { RandomHex } from './random-hex.ts';
import type { TraceContext } from './trace-context.ts';

/** What is known of a request while it is answered. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Monotonic clock at arrival, milliseconds. */
  readonly startedAt: number;
  readonly log: Logger;
  /** Aborted when the caller leaves or the answer takes too long; pass it down. */
  readonly signal: AbortSignal;
  /** Null until, and unless, a token is verified. */
  principal: Principal | null;
  /** When the session that answered for the caller ends, milliseconds since the Unix epoch; null without one. */
  sessionEndsAt: number | null;
  /** What the request does, for the log: the operation's name, or method and route. */
  op: string;
  /** Code of the error that was answered, for the log. */
  errorCode: string | null;
  /** Id that joins this request to the data it is about; set by modules, for the log. */
  provenanceId: string | null;
}

/** What a route states about itself, as `config` of the route; the default is the strictest. */
export interface RoutePolicy {
  /** Answers without a token. @default false */
  readonly public?: boolean;
  /** Scope that the token must grant. @default none beyond a valid token */
  readonly scope?: Scope;
  /** Also answers the session cookie of a browser, for GET alone. @default false */
  readonly session?: boolean;
  /** Media types accepted in a body; anything else → 415. @default ['application/json'] */
  readonly contentTypes?: readonly string[];
  /** Exempt from rate and in-flight limits, and answered while draining: health and metrics. @default false */
  readonly unlimited?: boolean;
  /** Time for the answer, milliseconds. @default the server's `handlerTimeoutMs` */
  readonly timeoutMs?: number;
  /** How errors are written. @default 'http' */
  readonly errors?: 'http' | 'graphql';
  /** Fields beside `error` in every refusal of the route, for callers that read those alone. @default none */
  readonly errorFields?: Readonly<Record<string, unknown>>;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RoutePolicy {}
  interface FastifyRequest {
    promotable: RequestContext | null;
  }
}

/** The context of a request; every request has one. */
export function contextOf(request: FastifyRequest): RequestContext {
  if (request.promotable === null) throw new Error('the request has no context yet');
  return request.promotable;
}

/** The verified caller. @throws ServerKitError `UNAUTHENTICATED` (401) on a route that is public */
export function principalOf(request: FastifyRequest): Principal {
  const { principal } = contextOf(request);
  if (principal === null) throw unauthenticated('no principal on this route');
  return principal;
}

const validRequestId = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's `x-request-id` where it is 1 to 128 letters, digits, `.`, `_`, `:` or `-` and does not look like a secret, else a new one. */
export function requestIdOf(header: unknown, random: RandomHex): string {
  return typeof header === 'string' && validRequestId.test(header) && scrubText(header) === header ? header : random(16);
}
