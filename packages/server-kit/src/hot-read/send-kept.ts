// Writes a kept answer straight to node:http: headers that are the same for all are put together once, and none goes through the framework.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaderFields } from '../security-headers.ts';
import { type TraceContext, traceparent } from '../trace-context.ts';
import { type KeptAnswer, namesTag } from './kept-answer.ts';

const { 'cache-control': notStored, ...others } = securityHeaderFields;
const always: readonly string[] = Object.entries(others).flat();
const byGet: readonly string[] = [...always, 'cache-control', 'private, no-cache'];
const byPost: readonly string[] = [...always, 'cache-control', notStored];
const contentType = 'application/json; charset=utf-8';

/** The request that is answered. */
export interface AnsweredBy {
  readonly requestId: string;
  readonly trace: TraceContext;
}

/** By GET with its entity tag, which a browser shows each time it asks again: 304 where the bytes are still the same. */
export function sendKept(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, trace }: AnsweredBy,
  { body, length, etag }: KeptAnswer,
): void {
  const isGet = request.method === 'GET';
  const head = [...(isGet ? byGet : byPost), 'x-request-id', requestId, 'traceparent', traceparent(trace)];
  if (isGet) head.push('etag', etag);
  if (isGet && namesTag(request.headers['if-none-match'], etag)) {
    response.writeHead(304, head).end();
    return;
  }
  head.push('content-type', contentType, 'content-length', length);
  response.writeHead(200, head).end(body, 'latin1');
}
