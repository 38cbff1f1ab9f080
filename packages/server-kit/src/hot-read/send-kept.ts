// Writes a kept answer straight to node:http: headers that are the same for all are put together once, and none goes through the framework.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaderFields } from '../security-headers.ts';
import { type TraceContext, traceparent } from '../trace-context.ts';
import { type KeptAnswer, namesTag } from './kept-answer.ts';

/** The request that is answered. */
export interface AnsweredBy {
  readonly requestId: string;
  readonly trace: TraceContext;
}

const { 'cache-control': notStored, ...others } = securityHeaderFields;
const always: readonly string[] = Object.entries(others).flat();
const type: readonly string[] = ['content-type', 'application/json; charset=utf-8'];
const ids: readonly string[] = ['x-request-id', '', 'traceparent', ''];
const tagged: readonly string[] = [...always, 'cache-control', 'private, no-cache', ...ids, 'etag', ''];

/** Names and values in turn. `writeHead` has read them when it returns, so each list serves all answers, one after the other. */
const heads = {
  GET: [...tagged, ...type, 'content-length', ''],
  unchanged: [...tagged],
  POST: [...always, 'cache-control', notStored, ...ids, ...type, 'content-length', ''],
};
const at = {
  requestId: heads.GET.indexOf('x-request-id') + 1,
  traceparent: heads.GET.indexOf('traceparent') + 1,
  etag: heads.GET.indexOf('etag') + 1,
};

/** By GET with its entity tag, which a browser shows each time it asks again: 304 where the bytes are still the same. */
export function sendKept(request: IncomingMessage, response: ServerResponse, { requestId, trace }: AnsweredBy, kept: KeptAnswer): void {
  const isGet = request.method === 'GET';
  const isKnown = isGet && namesTag(request.headers['if-none-match'], kept.etag);
  const head = isKnown ? heads.unchanged : isGet ? heads.GET : heads.POST;
  head[at.requestId] = requestId;
  head[at.traceparent] = traceparent(trace);
  if (isGet) head[at.etag] = kept.etag;
  if (isKnown) {
    response.writeHead(304, head).end();
    return;
  }
  head[head.length - 1] = kept.length;
  response.writeHead(200, head).end(kept.body, 'latin1');
}
