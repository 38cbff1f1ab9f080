import { readFile } from 'node:fs/promises';
import { EvidenceError } from '../evidence-error.ts';
import { type Answer, callerRefusal } from './answer.ts';

/**
 * Gives the bearer token; asked before each attempt, so that a rotated one is picked up. `refresh` says that MC did not take the last one
 * (401): a source that keeps tokens gets a new one.
 */
export type TokenSource = (options: { readonly signal: AbortSignal; readonly refresh?: boolean }) => Promise<string>;

/** The token in an environment variable. @throws {EvidenceError} `TOKEN_UNREADABLE` */
export function tokenFromEnv(name: string, env: Readonly<Record<string, string | undefined>> = process.env): TokenSource {
  return async () => {
    const token = env[name];
    if (token === undefined || token.trim() === '') throw unreadable(`the environment variable ${name} is not set`);
    return token;
  };
}

/** The token in a file such as a mounted secret; read anew each time. @throws {EvidenceError} `TOKEN_UNREADABLE` */
export function tokenFromFile(path: string): TokenSource {
  return async ({ signal }) => {
    try {
      return await readFile(path, { encoding: 'utf8', signal });
    } catch (error) {
      throw unreadable(`the token file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
    }
  };
}

/** Asks a source for a token and checks that it can stand in a header (RFC 6750 `b64token`). Errors never hold it. */
export async function readToken(source: TokenSource, options: Parameters<TokenSource>[0]): Promise<string> {
  let token: unknown;
  try {
    token = await source(options);
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    throw unreadable('the source of the token failed', error);
  }
  if (typeof token !== 'string' || token.trim() === '') throw unreadable('the token is empty');
  const trimmed = token.trim();
  if (!/^[A-Za-z0-9._~+/=-]{1,16384}$/.test(trimmed))
    throw unreadable('the token holds characters that no bearer token may have, or is beyond 16 KiB');
  return trimmed;
}

/**
 * Sends with the source's token. Once per publish, a token that MC does not take (401) is asked for anew, and where that gives another one
 * it is sent at once: a rotation between two attempts costs no attempt, and a token that is wrong is not tried again and again.
 */
export function withFreshToken(source: TokenSource): (signal: AbortSignal, attempt: (token: string) => Promise<Answer>) => Promise<Answer> {
  let refreshed = false;
  return async (signal, attempt) => {
    const token = await readToken(source, { signal });
    const answer = await attempt(token);
    if (refreshed || answer.outcome !== 'failed' || callerRefusal(answer.error) !== 401) return answer;
    refreshed = true;
    const fresh = await readToken(source, { signal, refresh: true });
    return fresh === token ? answer : attempt(fresh);
  };
}

function unreadable(message: string, cause?: unknown): EvidenceError {
  return new EvidenceError('TOKEN_UNREADABLE', message, { cause });
}
