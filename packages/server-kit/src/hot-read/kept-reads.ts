// Answers kept reads before the framework sees them: they need nothing of its routing, hooks and objects. It answers what passes every check
// that a request of the route passes, and nothing else: whatever is refused, unknown, not at hand or asked in another form goes to the
// framework as it came and uncounted, so that there is one author of refusals.
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Clock } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';
import type { BearerAuth } from '../auth/bearer-auth.ts';
import type { ClientAddress } from '../client-address.ts';
import type { InFlight } from '../in-flight.ts';
import type { RandomHex } from '../random-hex.ts';
import { addressKey, type RateLimit } from '../rate-limit.ts';
import { requestIdOf } from '../request-context.ts';
import type { Answered } from '../request-log.ts';
import { endRequestSpan } from '../request-span.ts';
import { isRecorded, type RequestTraces } from '../request-trace.ts';
import { maxKeyBytes } from './grant.ts';
import { KeptRead } from './kept-read.ts';
import { type LaterSpans, laterSpans } from './later-spans.ts';
import type { ResponseCache } from './response-cache.ts';
import { sendKept } from './send-kept.ts';

export interface KeptReads {
  readonly path: string;
  readonly cache: ResponseCache;
  readonly remembered: BearerAuth['remembered'];
  readonly perAddress: RateLimit;
  readonly perPrincipal: RateLimit;
  readonly flights: InFlight;
  readonly client: ClientAddress;
  readonly clock: Clock;
  readonly random: RandomHex;
  readonly trace: RequestTraces;
  readonly log: PinoLogger;
  readonly counted: (result: 'hit') => void;
  readonly answered: Answered;
}

/** Puts itself before whoever listens to requests of `server`. */
export function keptReadsFirst(server: Server, given: KeptReads): void {
  const parts = { ...given, spans: laterSpans(given.trace.record, given.clock) };
  const others = server.listeners('request') as RequestListener[];
  const { path } = parts;
  const queried = `${path}?`;
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    for (const listener of others) listener.call(server, request, response);
  };

  /** Runs once everything that came in with the headers is parsed: a short body is there then, or is read by the framework, with its limits. */
  const withBody = (request: IncomingMessage, response: ServerResponse): void => {
    const body = request.read() as Buffer | null;
    if (body !== null) {
      if (
        String(body.length) === request.headers['content-length'] &&
        answerKept(request, response, 'POST', body.toString('latin1'), parts)
      )
        return;
      request.unshift(body);
    }
    pass(request, response);
  };

  server.on('close', parts.spans.flush);
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { method, url = '' } = request;
    if (method === 'POST' && url === path && hasShortJson(request)) process.nextTick(withBody, request, response);
    else if (method !== 'GET' || !url.startsWith(queried) || !answerKept(request, response, 'GET', url, parts)) pass(request, response);
  });
}

/** Whether the answer was at hand and is sent. */
function answerKept(
  request: IncomingMessage,
  response: ServerResponse,
  method: 'GET' | 'POST',
  text: string,
  parts: KeptReads & { readonly spans: LaterSpans },
): boolean {
  const { headers } = request;
  const caller = parts.remembered(headers.authorization);
  if (caller === null) return false;
  const { principal, grants } = caller;
  const tenant = headers['x-tenant-id'];
  if (tenant !== undefined && tenant !== principal.tenant) return false;
  const kept = parts.cache.get(grants[method], text);
  const startedAt = parts.clock.monotonic();
  if (kept === undefined || !admitted(addressKey(parts.client.ip(request)), principal.id, startedAt, parts)) return false;
  parts.counted('hit');
  const { random, answered, client, flights, log, path, spans } = parts;
  const requestId = requestIdOf(headers['x-request-id'], random);
  const traced = parts.trace.decide(method, headers.traceparent);
  const read = new KeptRead(request, traced, { route: path, requestId, startedAt, op: kept.op, principal, log });
  response.on('close', () => {
    flights.leave();
    const status = response.statusCode;
    answered(read, status);
    if (read.span === null && !isRecorded(read.trace)) return;
    const exchange = { status, scheme: client.scheme(request), httpVersion: request.httpVersion };
    if (read.span === null) spans.add(read, exchange);
    else endRequestSpan(read.span, read, exchange);
  });
  sendKept(request, response, read, kept);
  return true;
}

/** All or nothing is counted. */
function admitted(address: string, principal: string, at: number, { flights, perAddress, perPrincipal }: KeptReads): boolean {
  if (!perAddress.tryCount(address, at)) return false;
  if (perPrincipal.tryCount(principal, at)) {
    if (flights.tryEnter()) return true;
    perPrincipal.uncount(principal);
  }
  perAddress.uncount(address);
  return false;
}

function hasShortJson({ headers }: IncomingMessage): boolean {
  return (
    headers['content-type'] === 'application/json' &&
    headers['content-encoding'] === undefined &&
    Number(headers['content-length']) <= maxKeyBytes &&
    headers.authorization !== undefined
  );
}
