// The span of one request, by the stable conventions for HTTP servers: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
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

export type SpannedRequest = Pick<AnsweredRequest, 'method' | 'route' | 'op' | 'requestId' | 'principal' | 'errorCode'>;

/** Says what became of the request. */
export function endRequestSpan(span: Span, request: SpannedRequest, exchange: Exchange): void {
  span.updateName(spanName(request));
  span.setAttributes(spanAttributes(request, exchange));
  if (exchange.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

export function spanName({ method, route }: SpannedRequest): string {
  return route === 'unmatched' ? method : `${method} ${route}`;
}

/** The path may hold what a caller put there by mistake, so its pattern stands for it; nothing names a person. */
export function spanAttributes(request: SpannedRequest, { status, scheme, httpVersion }: Exchange): Attributes {
  const { method, route, principal } = request;
  const failure = request.errorCode ?? (status === 499 ? 'CALLER_LEFT' : status >= 500 ? String(status) : null);
  return {
    'http.request.method': method,
    'url.scheme': scheme,
    'network.protocol.version': httpVersion,
    'mc.op': request.op,
    'mc.request.id': request.requestId,
    ...(route === 'unmatched' ? {} : { 'http.route': route, 'url.path': route }),
    ...(status === 499 ? {} : { 'http.response.status_code': status }),
    ...(principal === null ? {} : { 'mc.tenant': principal.tenant }),
    ...(failure === null ? {} : { 'error.type': failure }),
  };
}
