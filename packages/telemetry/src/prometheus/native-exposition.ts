// One native histogram in the protobuf format of Prometheus (io.prometheus.client.MetricFamily, delimited), which no client library for Node writes.

/** A native histogram of schema 3 with one populated bucket. */
export interface NativeSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Requests so far. */
  readonly count: number;
  /** Index of their bucket: from 2^((index − 1)/8) to 2^(index/8). */
  readonly bucket: number;
}

/** Content type of {@link nativeExposition}. */
export const protobufType = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto */
export function nativeExposition(series: readonly NativeSeries[]): Uint8Array {
  const [first] = series;
  const metrics = series.flatMap(({ labels, count, bucket }) => {
    const pairs = Object.entries(labels).flatMap(([name, value]) => message(1, [...text(1, name), ...text(2, value)]));
    const span = [...varint(1, zigzag(bucket)), ...varint(2, 1)];
    const histogram = [...varint(1, count), ...varint(5, zigzag(3)), ...message(12, span), ...varint(13, zigzag(count))];
    return message(4, [...pairs, ...message(7, histogram)]);
  });
  const histogramType = 4;
  const family = [...text(1, first?.name ?? ''), ...varint(3, histogramType), ...metrics];
  return Uint8Array.from([...bare(family.length), ...family]);
}

function bare(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...bare(Math.floor(value / 128))];
}

function varint(field: number, value: number): number[] {
  return [...bare(field * 8), ...bare(value)];
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...bare(field * 8 + 2), ...bare(bytes.length), ...bytes];
}

function text(field: number, value: string): number[] {
  return message(field, [...Buffer.from(value)]);
}
