// How a package of ours makes spans. What went wrong is told by its code alone: messages and stacks may hold anything.
import { type Attributes, type Context, INVALID_SPAN_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { isCodedError } from '@promotable/contracts';

/** What a span says of itself. */
export interface SpanSettings {
  /** Names of the semantic conventions, else `mc.*`; never content, never a person. @default {} */
  readonly attributes?: Attributes;
}

/** Makes spans for one package. */
export interface Spans {
  /** Runs `work` in a span of its own: a part of the active one, or the first of a trace. */
  span<T>(name: string, settings: SpanSettings, work: (span: Span) => Promise<T>): Promise<T>;
  /** The same as a part of `parent`, whatever is active. */
  continued<T>(parent: Context, name: string, work: (span: Span) => Promise<T>): Promise<T>;
  /** The same inside a recorded span only; elsewhere `work` runs as it is, so that a request nobody samples pays nothing. */
  part<T>(name: string, work: (span: Span) => Promise<T>): Promise<T>;
}

const unrecorded = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Spans of one package, no-ops where nobody traces. @param library the package's name, which a trace shows as the instrumentation scope */
export function spansOf(library: string): Spans {
  // Asked for at each span: a tracer kept from before stays with the SDK that was started first.
  const tracer = () => trace.getTracer(library);
  const span: Spans['span'] = (name, { attributes = {} }, work) =>
    tracer().startActiveSpan(name, { attributes }, (span) => toItsEnd(span, work));
  return {
    span,
    continued: (parent, name, work) => tracer().startActiveSpan(name, {}, parent, (span) => toItsEnd(span, work)),
    part: (name, work) => (trace.getActiveSpan()?.isRecording() === true ? span(name, {}, work) : work(unrecorded)),
  };
}

async function toItsEnd<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    span.setAttribute('error.type', isCodedError(error) ? error.code : error instanceof Error ? error.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
