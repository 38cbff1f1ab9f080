// Writes a kept answer straight to node:http: headers that are the same for all are put together once, and none goes through the framework.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { activeRequest } from '../active-request.ts';
import { securityHeaderFields } from '../security-headers.ts';
import { traceparent } from '../trace-context.ts';
import { type KeptAnswer, namesTag } from './kept-answer.ts';

const contentType = 'application/json; charset=utf-8';
const { 'cache-control': notStored, ...others } = securityHeaderFields;
const always: readonly string[] = Object.entries(others).flat();

/** By GET with its entity tag, which a browser shows each time it asks again: 304 where the bytes are still the same. */
export function sendKept(request: FastifyRequest, reply: FastifyReply, { body, length, etag }: KeptAnswer): void {
  const { requestId, trace } = activeRequest(request);
  const isGet = request.method === 'GET';
  const head = [
    ...always,
    'x-request-id',
    requestId,
    'traceparent',
    traceparent(trace),
    'cache-control',
    isGet ? 'private, no-cache' : notStored,
  ];
  if (isGet) head.push('etag', etag);
  reply.hijack();
  if (isGet && namesTag(request.headers['if-none-match'], etag)) {
    reply.raw.writeHead(304, head).end();
    return;
  }
  head.push('content-type', contentType, 'content-length', String(length));
  reply.raw.writeHead(200, head).end(body, 'latin1');
}
