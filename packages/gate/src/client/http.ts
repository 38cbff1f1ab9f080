// One HTTP exchange with MC: bounded in time and size, without redirects (a token must not travel on), never retried here.
import { causeOf, Hold } from './hold.ts';

export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly token?: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Largest answer that is read, in bytes. */
const maxBytes = 4 * 1024 * 1024;

/** @throws {Hold} `MC_UNREACHABLE` when nothing came, `ANSWER_UNREADABLE` when too much did */
export async function exchange(url: string, { fetch, signal, token, body }: HttpOptions): Promise<HttpAnswer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await boundedText(response) };
  } catch (error) {
    if (error instanceof Hold) throw error;
    throw new Hold('MC_UNREACHABLE', { cause: connectionCause(error) }, { cause: error });
  }
}

async function boundedText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new Hold('ANSWER_UNREADABLE', { cause: `more than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` wraps the cause that says something. */
function connectionCause(error: unknown): string {
  const inner = (error as { cause?: unknown }).cause;
  return inner === undefined ? causeOf(error) : causeOf(inner);
}
