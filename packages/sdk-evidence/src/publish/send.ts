import type { Clock } from '@promotable/contracts';
import { type Attempt, attemptHeader, attemptText } from '../attempt.ts';
import { EvidenceError } from '../evidence-error.ts';
import type { Answer, Failure } from './answer.ts';
import { readAnswer } from './read-answer.ts';
import { scrubOf } from './scrub.ts';

/** An answer of MC has a few hundred bytes. */
const maxAnswerBytes = 1_048_576;

export interface SendOptions {
  readonly endpoint: URL;
  readonly body: Uint8Array;
  readonly statementDigest: string;
  readonly token: string;
  readonly attempt: Attempt;
  readonly fetch: typeof fetch;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
}

/** Sends once and never retries; the one place where the network's errors are caught. Redirects are not followed: they would take the token along. */
export async function send({ endpoint, body, statementDigest, token, attempt, fetch, clock, signal }: SendOptions): Promise<Answer> {
  const scrub = scrubOf(token);
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        [attemptHeader]: attemptText(attempt),
      },
      body: body as Uint8Array<ArrayBuffer>,
      signal,
    });
    const answer = {
      status: response.status,
      body: await readBody(response),
      retryAfterMs: retryAfter(response.headers.get('retry-after'), clock),
    };
    return readAnswer(answer, { statementDigest, scrub });
  } catch (error) {
    return unreachable(`MC at ${endpoint.host} cannot be reached or broke off: ${scrub(networkCode(error))}`);
  }
}

/** MC could not be asked, or did not answer. */
export function unreachable(message: string): Failure {
  return {
    outcome: 'failed',
    error: new EvidenceError('MC_UNREACHABLE', message, { retryable: true }),
    again: true,
    breaks: true,
    retryAfterMs: null,
  };
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // What is too long to be an answer of MC is read as no answer of its shape.
    if (size > maxAnswerBytes) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** RFC 9110 §10.2.3: seconds, or an HTTP date. */
function retryAfter(header: string | null, clock: Pick<Clock, 'now'>): number | null {
  if (header === null) return null;
  const wait = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** `ECONNREFUSED` and its like; messages may quote what was sent and are not used. */
function networkCode(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth++) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'unknown error';
}
