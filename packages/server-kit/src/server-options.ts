import type { Clock } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';
import type { Authenticator } from './auth/authenticator.ts';
import type { SessionAuthenticator } from './auth/session-authenticator.ts';
import type { ResponseCacheOptions } from './hot-read/response-cache.ts';
import type { Rate } from './rate-limit.ts';
import type { ServerModule } from './server-module.ts';
import type { RandomBytes } from './random-hex.ts';
import type { AnsweredListener } from './request-log.ts';
import type { TraceSampling } from './request-trace.ts';

/** Bounds of every request. */
export interface ServerLimits {
  /** Largest body, bytes; a route overrides it by `bodyLimit`. @default 1_048_576 */
  readonly bodyBytes?: number;
  /** Deepest nesting of JSON. @default 32 */
  readonly jsonDepth?: number;
  /** Most keys and elements of one JSON body. @default 100_000 */
  readonly jsonValues?: number;
  /** Per address, before the token is looked at. @default {requests: 2000, seconds: 1} */
  readonly perAddress?: Rate | false;
  /** Per principal. @default {requests: 1000, seconds: 1} */
  readonly perPrincipal?: Rate | false;
  /** Requests worked on at once; more → 503. @default 1000 */
  readonly inFlight?: number;
  /** Time for all headers to arrive, milliseconds. @default 10_000 */
  readonly headersTimeoutMs?: number;
  /** Time for headers and body to arrive, milliseconds. @default 30_000 */
  readonly requestTimeoutMs?: number;
  /** Time for the answer; a route overrides it by `config.timeoutMs`. Milliseconds. @default 30_000 */
  readonly handlerTimeoutMs?: number;
  /** How long an idle connection stays open, milliseconds. @default 72_000 */
  readonly keepAliveTimeoutMs?: number;
  /** How often slow connections are looked for, milliseconds: the precision of the two timeouts. @default 1000 */
  readonly timeoutCheckMs?: number;
  /** Verified tokens remembered. @default 10_000 */
  readonly cachedTokens?: number;
}

/** The schema, and the only operations that are executed. */
export interface GraphqlOptions {
  readonly sdl: string;
  /** The only operations that are answered: lowercase sha256 hex of the text → text. */
  readonly manifest: Readonly<Record<string, string>>;
  /** @default '/graphql' */
  readonly path?: string;
}

/** How a server ends. */
export interface DrainOptions {
  /** Signals that start a drain. @default [] (the caller drains) */
  readonly signals?: readonly NodeJS.Signals[];
  /** How long `/readyz` says 503 while requests are still accepted, so that load balancers notice, milliseconds. @default 0 */
  readonly noticeMs?: number;
  /** How long requests in flight may take to finish, milliseconds; then their connections are cut. @default 25_000 */
  readonly limitMs?: number;
}

/** What a server is made of. */
export interface ServerOptions {
  readonly modules: readonly ServerModule[];
  /** Who verifies tokens. With none, every route that is not public answers 401. */
  readonly authenticators: readonly Authenticator[];
  /** Verifies tokens of a local development set-up; refused when `NODE_ENV` is `production`. @default none */
  readonly developmentAuthenticator?: Authenticator;
  /** Who a browser's session cookie stands for; it answers registered queries by GET, and nothing that changes anything. @default none: no cookie is looked at */
  readonly sessions?: SessionAuthenticator;
  /** @default none: no GraphQL route */
  readonly graphql?: GraphqlOptions;
  /** Keeps answers of the fields that modules call cacheable. @default none: every answer is computed */
  readonly responseCache?: ResponseCacheOptions;
  readonly clock: Clock;
  /** From {@link createJsonLog}, which keeps secrets out. */
  readonly log: PinoLogger;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes any free port. @default 4000 */
  readonly port?: number;
  /** Takes any free port where `port` is in use, instead of failing with `PORT_TAKEN`. @default false */
  readonly fallbackToFreePort?: boolean;
  /** Which proxies' `X-Forwarded-For` is believed: addresses or networks. @default none */
  readonly trustedProxies?: readonly string[];
  /** @default {} */
  readonly limits?: ServerLimits;
  /** From which latency on a request is logged although all went well, milliseconds; failed ones always are, all of them at level `debug`. @default 1000 */
  readonly slowRequestMs?: number;
  /** Told of each request of a known caller once it is over. @default none */
  readonly onAnswered?: AnsweredListener;
  /** How long a readiness check may take, milliseconds. @default 2000 */
  readonly readinessDeadlineMs?: number;
  /** How long an answer of the checks is kept, milliseconds. @default 1000 */
  readonly readinessCacheMs?: number;
  /** @default {} */
  readonly drain?: DrainOptions;
  /** Decides which traces that begin here are recorded, before anything is made for them. @default the program's tracer is asked about each request */
  readonly sampling?: TraceSampling;
  /** @default crypto.randomBytes */
  readonly random?: RandomBytes;
}

/** Limits with their defaults filled in. */
export function resolveLimits(limits: ServerLimits = {}): Required<ServerLimits> {
  return { ...defaultLimits, ...limits };
}

const defaultLimits = {
  bodyBytes: 1_048_576,
  jsonDepth: 32,
  jsonValues: 100_000,
  perAddress: { requests: 2000, seconds: 1 },
  perPrincipal: { requests: 1000, seconds: 1 },
  inFlight: 1000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  handlerTimeoutMs: 30_000,
  keepAliveTimeoutMs: 72_000,
  timeoutCheckMs: 1000,
  cachedTokens: 10_000,
} satisfies Required<ServerLimits>;
