// Answers on a bare socket what never became a request: broken HTTP, oversized headers, a client that is too slow.
import type { Socket } from 'node:net';
import { errorBody } from './error-reply.ts';
import type { ServerKitErrorCode } from './server-kit-error.ts';

const answers: Readonly<Record<string, readonly [string, ServerKitErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'HEADERS_TOO_LARGE', 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'REQUEST_TIMEOUT', 'The request took too long to arrive.'],
};
const malformed = ['400 Bad Request', 'MALFORMED_REQUEST', 'This is not a valid HTTP request.'] as const;

/** Writes the error and closes the connection; silent where the peer is gone or an answer has begun. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket, requestId: string): void {
  // After the first bytes of an answer, more bytes would corrupt it.
  const answered = (socket as Socket & { _httpMessage?: { headersSent?: boolean } | null })._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || answered) {
    socket.destroy();
    return;
  }
  const [status, code, message] = answers[error.code ?? ''] ?? malformed;
  const body = JSON.stringify(errorBody({ code, message, faults: [] }, requestId));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: private, no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}
