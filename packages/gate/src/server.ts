// `@promotable/gate/server`
export { createGate } from './server/gate.ts';
export { memoryGateStore } from './server/memory-gate-store.ts';

export type { AskContext, Gate } from './server/gate.ts';
export type { GateOptions, LoadedPolicy, StageSettings } from './server/gate-options.ts';
export type { ActivePolicy, GateStore, KeptPolicy, NewDecision, RecordedDecision } from './server/gate-store.ts';
export type { DecisionEvent, GateEvents } from './server/gate-events.ts';
export type { MetricFactory } from './server/gate-metrics.ts';
