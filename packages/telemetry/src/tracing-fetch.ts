// `fetch` that takes the trace along, with a client span per request.
// Names: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span (stable)
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Sends `traceparent` where a span is active; without one it is `fetch` itself. Query, headers and bodies are in no span. */
export function tracingFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    if (trace.getActiveSpan() === undefined) return fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const span = trace
      .getTracer('@promotable/telemetry')
      .startSpan(method, { kind: SpanKind.CLIENT, attributes: attributesOf(method, url) });
    const inside = trace.setSpan(context.active(), span);
    const carrier: Record<string, string> = {};
    propagation.inject(inside, carrier);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    for (const [name, value] of Object.entries(carrier)) headers.set(name, value);
    try {
      const response = await context.with(inside, () => fetch(input, { ...init, headers }));
      span.setAttribute('http.response.status_code', response.status);
      if (response.status >= 400) fail(span, String(response.status));
      return response;
    } catch (error) {
      fail(span, error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  };
}

function attributesOf(method: string, url: URL) {
  return {
    'http.request.method': method,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'url.full': `${url.origin}${url.pathname}`,
  };
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
