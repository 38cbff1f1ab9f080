// `@promotable/telemetry/prometheus`: SLO windows out of Prometheus.
export { collectStage } from './prometheus/collect-stage.ts';
export { createPrometheusClient } from './prometheus/prometheus-client.ts';
export { familyTemplate, metricFamilies } from './prometheus/metric-families.ts';
export { measureSlo } from './prometheus/measure-slo.ts';
export { parsePriceBook } from './prometheus/price-book.ts';
export { parseTemplate, renderQuery } from './prometheus/query-template.ts';
export { fileSnapshots, takeSnapshot } from './prometheus/slo-snapshot.ts';
export { sloHistory } from './prometheus/slo-history.ts';
export { suggestBudgets, wouldHaveFailed } from './prometheus/suggest-budgets.ts';
export { stageWindow } from './prometheus/stage-window.ts';
export { kubernetesUsage, processUsage, unitCost } from './prometheus/unit-cost.ts';

export type { BucketReading } from './prometheus/bucket-quantile.ts';
export type { CollectStageOptions, StageReading } from './prometheus/collect-stage.ts';
export type { FamilyOptions, MetricFamily } from './prometheus/metric-families.ts';
export type { LabelMatchers } from './prometheus/label-matchers.ts';
export type { MeasureSloOptions } from './prometheus/measure-slo.ts';
export type { MeasuredSlo } from './prometheus/slo-figures.ts';
export type { PriceBook } from './prometheus/price-book.ts';
export type { PastDay, PastWindow, SloHistoryOptions } from './prometheus/slo-history.ts';
export type { BreachRules, SloBudgets } from './prometheus/suggest-budgets.ts';
export type { Patience } from './prometheus/measure-patiently.ts';
export type { SloSnapshot, SnapshotCache, SnapshotFile } from './prometheus/slo-snapshot.ts';
export type { StageTiming, WindowPending } from './prometheus/stage-window.ts';
export type { UnitCostOptions, UsageQueries } from './prometheus/unit-cost.ts';
export type { MatrixSeries, NativeHistogram, Reading, VectorSample } from './prometheus/prometheus-answer.ts';
export type { InstantQuery, PrometheusClient, PrometheusClientOptions, RangeQuery } from './prometheus/prometheus-client.ts';
export type { QueryTemplate, QueryWords } from './prometheus/query-template.ts';
