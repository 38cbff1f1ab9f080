import type { Connection } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

const attemptMs = 10_000;

/** One GET at MC with the role's token; answers that are no success become one coded error, never a value. */
export async function getFromMc(io: Io, connection: Connection, path: string, accept = 'application/json'): Promise<Response> {
  const url = `${connection.url}${path}`;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(attemptMs)]);
  const response = await io
    .fetch(url, { headers: { accept, authorization: `Bearer ${await connection.token()}` }, redirect: 'error', signal })
    .catch((cause: unknown) => {
      throw new McError('MC_UNREACHABLE', `MC does not answer at ${connection.url}. Is it running? \`npm start\` runs one here.`, {
        cause,
        retryable: true,
        status: 503,
      });
    });
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: { code?: unknown; message?: unknown } } | null;
  const said = typeof body?.error?.message === 'string' ? ` ${String(body.error.code)}: ${body.error.message}` : '';
  if (response.status === 404) throw new McError('NOT_FOUND', `MC knows nothing at ${path}.${said}`, { status: 404 });
  throw new McError('MC_REFUSED', `MC answered ${response.status} at ${path}.${said}`, {
    status: response.status,
    retryable: response.status >= 500,
  });
}

/** The JSON body of a successful answer; HTML from a proxy is an outage, not an answer. */
export async function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch((cause: unknown) => {
    throw new McError('MC_REFUSED', 'MC answered something that is no JSON; is a proxy in between?', {
      cause,
      retryable: true,
      status: 502,
    });
  });
}
