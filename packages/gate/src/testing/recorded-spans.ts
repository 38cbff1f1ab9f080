// Traces as a test sees them: the API's own ports, without an SDK. One at a time in a process.
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attributes, type Context, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** A span that was ended. */
export interface RecordedSpan {
  readonly library: string;
  readonly name: string;
  readonly attributes: Attributes;
}

/** Runs work while spans are recorded, and gives those that ended, in order. */
export async function recordedSpans(work: () => Promise<unknown>): Promise<RecordedSpan[]> {
  const ended: RecordedSpan[] = [];
  const contexts = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => contexts.run(active, () => run.apply(self, args)),
    bind: (_active, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  const startSpan = (library: string, name: string, attributes: Attributes) => {
    const span = {
      isRecording: () => true,
      setAttribute: (key: string, value: Attributes[string]) => Object.assign(attributes, { [key]: value }),
      setAttributes: (more: Attributes) => Object.assign(attributes, more),
      setStatus: () => undefined,
      addLink: () => undefined,
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
      end: () => void ended.push({ library, name, attributes }),
    };
    return span as unknown as Span;
  };
  trace.setGlobalTracerProvider({
    getTracer: (library) => ({
      startSpan: (name, options) => startSpan(library, name, { ...options?.attributes }),
      startActiveSpan(name: string, ...rest: unknown[]) {
        const [options] = rest as [{ attributes?: Attributes }];
        const run = rest.at(-1) as (span: Span) => unknown;
        const span = startSpan(library, name, { ...options.attributes });
        return context.with(trace.setSpan(context.active(), span), () => run(span)) as never;
      },
    }),
  });
  try {
    await work();
  } finally {
    trace.disable();
    context.disable();
  }
  return ended;
}
