// One POST and what came of it. Errors say neither URL nor body: both may hold a secret.
import { NotifyError } from './notify-error.ts';

/** Receivers are not believed for longer than this, milliseconds. */
const maxRetryAfterMs = 3_600_000;

export interface PostOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch, for a `Retry-After` that names a date. */
  readonly now: () => number;
}

/** @throws {NotifyError} `UNREACHABLE`, `RATE_LIMITED`, `REFUSED` */
export async function postJson(
  receiver: string,
  url: string,
  body: string,
  { fetch, signal, headers = {}, now }: PostOptions,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'promotable', ...headers },
      body,
      signal,
      // Elsewhere, nobody asked for what we say.
      redirect: 'error',
    });
    await response.body?.cancel();
  } catch (error) {
    // Its message may hold the URL.
    throw new NotifyError('UNREACHABLE', `${receiver} cannot be reached (${signal.aborted ? 'no answer in time' : causeOf(error)})`, {
      retryable: true,
    });
  }
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), now);
  if (status === 429 || (status === 503 && retryAfterMs !== null))
    throw new NotifyError('RATE_LIMITED', `${receiver} asks for patience (HTTP ${status})`, { retryable: true, retryAfterMs });
  if (status >= 500 || status === 408)
    throw new NotifyError('UNREACHABLE', `${receiver} failed (HTTP ${status})`, { retryable: true, retryAfterMs });
  throw new NotifyError('REFUSED', `${receiver} refused the message (HTTP ${status})`);
}

function retryAfterOf(header: string | null, now: () => number): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), maxRetryAfterMs) : null;
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof cause === 'string' && /^[A-Z0-9_]{1,40}$/.test(cause) ? cause : 'the connection failed';
}

/** @throws {NotifyError} `CONFIGURATION` */
export function requireUrl(what: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new NotifyError('CONFIGURATION', `${what} must be an http or https URL`);
  return text;
}
