import { operationIdOf } from './operation-id.ts';
import type { Publishable } from './publishable.ts';
import { readToken, type TokenSource } from './token-source.ts';

const operationId = operationIdOf('mutation NoticeSpooled(');
/** The record is safe already; this only tells the gate why it is not there. */
const noticeMs = 3000;

export interface NoticeOptions {
  readonly endpoint: URL;
  readonly token: TokenSource;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
}

/** Tells MC once that a statement waits elsewhere. False when MC did not take it; never rejects. */
export async function sendNotice(
  { statementDigest, predicate: { service, releaseId } }: Pick<Publishable, 'statementDigest' | 'predicate'>,
  { endpoint, token, fetch, signal: outer }: NoticeOptions,
): Promise<boolean> {
  const signal = AbortSignal.any([AbortSignal.timeout(noticeMs), ...(outer === undefined ? [] : [outer])]);
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${await readToken(token, { signal })}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ id: operationId, variables: { service, releaseId, statementDigest } }),
      signal,
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
