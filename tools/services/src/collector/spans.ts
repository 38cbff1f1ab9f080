// What the collector wrote: a line of JSON per batch, in the JSON encoding of OTLP.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface OtlpBatch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A span that arrived. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 = error. */
  readonly status: number;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Reads whole lines only: the last one may still be written. */
export function readSpans(text: string): CollectedSpan[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').flatMap((line) => spansIn(JSON.parse(line) as OtlpBatch));
}

function spansIn({ resourceSpans }: OtlpBatch): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, kind = 0, attributes, links = [], status }) => ({
        traceId,
        spanId,
        parentSpanId,
        name,
        kind,
        attributes: record(attributes),
        links,
        status: status?.code ?? 0,
        resource: record(resource.attributes),
      })),
    ),
  );
}

function record(attributes: readonly OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain({ arrayValue, intValue, ...value }: OtlpValue): unknown {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(plain);
  return intValue === undefined ? Object.values(value)[0] : Number(intValue);
}
