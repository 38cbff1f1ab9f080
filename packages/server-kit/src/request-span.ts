// The span of one request, by the stable conventions for HTTP servers: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { AnsweredRequest } from './request-log.ts';

/** Runs what follows as parts of the request's span. */
export function insideRequestSpan({ span }: { readonly span: Span | null }, next: () => void): void {
  if (span === null) next();
  else context.with(trace.setSpan(context.active(), span), next);
}

/** What the connection knows of a request. */
export interface Exchange {
  /** 499 where the caller left. */
  readonly status: number;
  readonly scheme: string;
  readonly httpVersion: string;
}

/** Says what became of the request. The path may hold what a caller put there by mistake, so its pattern stands for it; nothing names a person. */
export function endRequestSpan(span: Span, active: AnsweredRequest, { status, scheme, httpVersion }: Exchange): void {
  const { method, route, principal } = active;
  const failure = active.errorCode ?? (status === 499 ? 'CALLER_LEFT' : status >= 500 ? String(status) : null);
  span.updateName(route === 'unmatched' ? method : `${method} ${route}`);
  span.setAttributes({
    'http.request.method': method,
    'url.scheme': scheme,
    'network.protocol.version': httpVersion,
    'mc.op': active.op,
    'mc.request.id': active.requestId,
    ...(route === 'unmatched' ? {} : { 'http.route': route, 'url.path': route }),
    ...(status === 499 ? {} : { 'http.response.status_code': status }),
    ...(principal === null ? {} : { 'mc.tenant': principal.tenant }),
    ...(failure === null ? {} : { 'error.type': failure }),
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
