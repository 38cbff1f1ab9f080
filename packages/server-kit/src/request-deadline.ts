// Gives every request a signal that says "nobody waits for this any more", and an end to how long an answer may take.
// Fastify's own `request.signal` and `handlerTimeout` end with the *request* stream, that is as soon as a body has been
// read (fastify/fastify#6725, #7033), so a POST would be aborted at once and never time out; these follow the *response*.
import type { FastifyReply } from 'fastify';
import { whenOver } from './request-log.ts';
import { ServerKitError } from './server-kit-error.ts';

/** Aborts when the caller leaves, or after `timeoutMs`, when `onTimeout` answers; a hijacked reply has no time limit. */
export function requestDeadline(reply: FastifyReply, timeoutMs: number, onTimeout: (error: ServerKitError) => void): AbortSignal {
  const gone = new AbortController();
  const timer = setTimeout(() => {
    if (reply.sent) return;
    const error = new ServerKitError('TIMEOUT', 'The answer took too long.', {
      status: 503,
      retryable: true,
      reason: `no answer within ${timeoutMs} ms`,
    });
    gone.abort(error);
    // An answer that has begun cannot be replaced, only cut.
    if (reply.raw.headersSent) reply.raw.destroy();
    else if (!reply.sent) onTimeout(error);
  }, timeoutMs);
  whenOver(reply, () => {
    clearTimeout(timer);
    if (!reply.raw.writableEnded) gone.abort(new Error('the caller left'));
  });
  return gone.signal;
}
