// `@promotable/gate/adapter`: the gate in a cluster, for rollout controllers that can read one verdict out of JSON.
export { createGateAdapter } from './adapter/gate-adapter.ts';
export { AdapterQuestion } from './adapter/adapter-question.ts';
export { adapterAnswerSchema } from './adapter/adapter-answer.ts';
export { defaultHoldLimits, holdLevels } from './adapter/hold-watch.ts';
// Mounted in a server
export { gateAdapterModule } from './adapter/adapter-module.ts';

export type { AdapterContext, GateAdapter, GateAdapterOptions } from './adapter/gate-adapter.ts';
export type { AdapterAnswer, AdapterReason } from './adapter/adapter-answer.ts';
export type { AdapterEvents, AnsweredQuestion } from './adapter/adapter-events.ts';
export type { HeldQuestion, HoldEvent, HoldLevel, HoldLimits, HoldWatch, NotedAnswer } from './adapter/hold-watch.ts';
export type {
  AdapterApplication,
  AdapterRequest,
  AdapterRoutePolicy,
  GateAdapterModule,
  GateAdapterModuleOptions,
} from './adapter/adapter-module.ts';
export type { AdapterMetric, AdapterMetricFactory, GaugeValues } from './adapter/adapter-metrics.ts';
