// Answers kept reads before the framework sees them: they need nothing of its routing, hooks and objects. It answers what passes every check
// that a request of the route passes, and nothing else: whatever is refused, unknown, not at hand or asked in another form goes to the
// framework as it came and uncounted, so that there is one author of refusals.
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Clock } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';
import type { BearerAuth, KnownCaller } from '../auth/bearer-auth.ts';
import type { ClientAddress } from '../client-address.ts';
import type { InFlight } from '../in-flight.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { RandomHex } from '../random-hex.ts';
import { addressKey, type RateLimit, type RateSlot } from '../rate-limit.ts';
import { requestIdOf } from '../request-context.ts';
import type { AnsweredListener, RequestLog } from '../request-log.ts';
import { endRequestSpan } from '../request-span.ts';
import { isRecorded, type RequestTraces } from '../request-trace.ts';
import { maxKeyBytes } from './grant.ts';
import { keptRead, type KeptReadParts } from './kept-read.ts';
import { laterSpans } from './later-spans.ts';
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
  readonly metrics: Pick<ServerMetrics, 'keptReads'>;
  /** From which latency on there is a line, milliseconds. */
  readonly slowMs: number;
  readonly line: RequestLog['line'];
  readonly onAnswered: AnsweredListener | undefined;
}

type Method = 'GET' | 'POST';

/** Puts itself before whoever listens to requests of `server`. */
export function keptReadsFirst(server: Server, parts: KeptReads): void {
  const { path } = parts;
  const others = server.listeners('request') as RequestListener[];
  const queried = `${path}?`;
  const { answer, flush } = keptReads(parts);
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    for (const listener of others) listener.call(server, request, response);
  };

  /** Runs once everything that came in with the headers is parsed: a short body is there then, or is read by the framework, with its limits. */
  const withBody = (request: IncomingMessage, response: ServerResponse): void => {
    const body = request.read() as Buffer | null;
    if (body !== null) {
      if (String(body.length) === request.headers['content-length'] && answer(request, response, 'POST', body.toString('latin1'))) return;
      request.unshift(body);
    }
    pass(request, response);
  };

  server.on('close', flush);
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { method, url = '' } = request;
    if (method === 'POST' && url === path && hasShortJson(request)) process.nextTick(withBody, request, response);
    else if (method !== 'GET' || !url.startsWith(queried) || !answer(request, response, 'GET', url)) pass(request, response);
  });
}

interface Answering {
  /** Whether the answer was at hand and is sent. */
  answer(request: IncomingMessage, response: ServerResponse, method: Method, text: string): boolean;
  /** Hands over the spans that are not made yet. */
  flush(): void;
}

function keptReads({
  path,
  cache,
  remembered,
  flights,
  client,
  clock,
  random,
  trace,
  log,
  line,
  onAnswered,
  ...parts
}: KeptReads): Answering {
  const spans = laterSpans(trace.record, clock);
  const admit = admission({ flights, ...parts });
  const counted = keptMetrics(parts.metrics, path);

  function over(request: IncomingMessage, { statusCode: status }: ServerResponse, read: KeptReadParts): void {
    flights.leave();
    const latencyMs = clock.monotonic() - read.startedAt;
    counted(read.method as Method, status, latencyMs / 1000);
    if (onAnswered !== undefined) onAnswered({ principal: read.principal, op: read.op, status });
    if (latencyMs >= parts.slowMs || log.isLevelEnabled('debug')) line(keptRead(read, log), status, latencyMs);
    if (read.span === null && !isRecorded(read.trace)) return;
    const exchange = { status, scheme: client.scheme(request), httpVersion: request.httpVersion };
    if (read.span === null) spans.add({ ...read, errorCode: null }, exchange);
    else endRequestSpan(read.span, { ...read, errorCode: null }, exchange);
  }

  return {
    flush: spans.flush,
    answer(request, response, method, text) {
      const { headers } = request;
      const caller = remembered(headers.authorization);
      if (caller === null) return false;
      const { principal, grants } = caller;
      const tenant = headers['x-tenant-id'];
      if (tenant !== undefined && tenant !== principal.tenant) return false;
      const startedAt = clock.monotonic();
      const kept = cache.get(grants[method], text, startedAt);
      if (kept === undefined || !admit(caller, client.ip(request), startedAt)) return false;
      const requestId = requestIdOf(headers['x-request-id'], random);
      const { trace: context, span } = trace.decide(method, headers.traceparent);
      const read = { method, route: path, requestId, trace: context, span, startedAt, op: kept.op, principal };
      sendKept(request, response, read, kept);
      // Nearly always the kernel has taken all of it by now, and there is nothing to wait for.
      if (response.writableFinished) over(request, response, read);
      else response.once('close', () => over(request, response, read));
      return true;
    },
  };
}

/** Counts load and rates: all or nothing. */
function admission({ flights, perAddress, perPrincipal }: Pick<KeptReads, 'flights' | 'perAddress' | 'perPrincipal'>) {
  let latest: { readonly ip: string; readonly rate: RateSlot } | null = null;

  /** Many requests in a row come from one address, such as a proxy's. */
  function rateOf(ip: string): RateSlot {
    if (latest === null || latest.ip !== ip) latest = { ip, rate: perAddress.slot(addressKey(ip)) };
    return latest.rate;
  }

  return (caller: KnownCaller, ip: string, at: number): boolean => {
    const address = rateOf(ip);
    if (!address.tryCount(at)) return false;
    caller.rate ??= perPrincipal.slot(caller.principal.id);
    if (caller.rate.tryCount(at)) {
      if (flights.tryEnter()) return true;
      caller.rate.uncount();
    }
    address.uncount();
    return false;
  };
}

function keptMetrics(metrics: KeptReads['metrics'], path: string) {
  const found = { GET: new Map<number, (seconds: number) => void>(), POST: new Map<number, (seconds: number) => void>() };
  return (method: Method, status: number, seconds: number): void => {
    let observe = found[method].get(status);
    if (observe === undefined) {
      observe = metrics.keptReads(method, path, status);
      found[method].set(status, observe);
    }
    observe(seconds);
  };
}

function hasShortJson({ headers }: IncomingMessage): boolean {
  return (
    headers['content-type'] === 'application/json' &&
    headers['content-encoding'] === undefined &&
    Number(headers['content-length']) <= maxKeyBytes &&
    headers.authorization !== undefined
  );
}
