// `@promotable/telemetry/prometheus`: SLO windows out of Prometheus.
export { createPrometheusClient } from './prometheus/prometheus-client.ts';
export { familyTemplate, metricFamilies } from './prometheus/metric-families.ts';
export { measureSlo } from './prometheus/measure-slo.ts';
export { parseTemplate } from './prometheus/query-template.ts';

export type { BucketReading } from './prometheus/bucket-quantile.ts';
export type { FamilyOptions, MetricFamily } from './prometheus/metric-families.ts';
export type { LabelMatchers } from './prometheus/label-matchers.ts';
export type { MeasuredSlo, MeasureSloOptions } from './prometheus/measure-slo.ts';
export type { MatrixSeries, NativeHistogram, Reading, VectorSample } from './prometheus/prometheus-answer.ts';
export type { InstantQuery, PrometheusClient, PrometheusClientOptions, RangeQuery } from './prometheus/prometheus-client.ts';
export type { QueryTemplate } from './prometheus/query-template.ts';
