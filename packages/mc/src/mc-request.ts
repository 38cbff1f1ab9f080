import type { Connection } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

export interface McAnswer {
  readonly text: string;
}

/** What one request may differ in. */
export interface GetOptions {
  /** @default 'application/json' */
  readonly accept?: string;
  /** Longest time for the whole answer, milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
  /** Whether the role's token goes along. @default true */
  readonly authorized?: boolean;
}

/** One GET at MC, its answer read whole; what is no success, or broke off, becomes one coded error, never a value. */
export async function getFromMc(io: Io, connection: Connection, path: string, options: GetOptions = {}): Promise<McAnswer> {
  return exchange(io, connection, path, options, {});
}

/** One POST of JSON at MC; sent once, for what it does may not be done twice. */
export async function postToMc(io: Io, connection: Connection, path: string, body: object, options: GetOptions = {}): Promise<McAnswer> {
  return exchange(io, connection, path, options, { method: 'POST', body: JSON.stringify(body) });
}

async function exchange(
  io: Io,
  connection: Connection,
  path: string,
  { accept = 'application/json', timeoutMs = 10_000, authorized = true }: GetOptions,
  request: { readonly method?: 'POST'; readonly body?: string },
): Promise<McAnswer> {
  const headers = {
    accept,
    ...(authorized ? { authorization: `Bearer ${await connection.token()}` } : {}),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
  const unreachable = (message: string) => (cause: unknown) => {
    throw new McError('MC_UNREACHABLE', message, { cause, retryable: true, status: 503 });
  };
  const response = await io
    .fetch(`${connection.url}${path}`, { ...request, headers, redirect: 'error', signal })
    .catch(unreachable(`MC does not answer at ${connection.url}. Is it running? \`npm start\` runs one here.`));
  const text = await response.text().catch(unreachable(`MC broke off its answer at ${path}.`));
  if (response.ok) return { text };
  const body = jsonOrNull(text) as { error?: { code?: unknown; message?: unknown } } | null;
  const said = typeof body?.error?.message === 'string' ? ` ${String(body.error.code)}: ${body.error.message}` : '';
  if (response.status === 404) throw new McError('NOT_FOUND', `MC knows nothing at ${path}.${said}`, { status: 404 });
  throw new McError('MC_REFUSED', `MC answered ${response.status} at ${path}.${said}`, {
    status: response.status,
    retryable: response.status >= 500 || response.status === 429 || response.status === 408,
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The JSON body of a successful answer; HTML from a proxy is an outage, not an answer. */
export function jsonOf({ text }: McAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new McError('MC_REFUSED', 'MC answered something that is no JSON; is a proxy in between?', {
      cause,
      retryable: true,
      status: 502,
    });
  }
}
