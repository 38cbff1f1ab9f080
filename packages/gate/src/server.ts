// `@promotable/gate/server`: the deciding side.
export { createGate } from './server/gate.ts';
export { loadedPolicy } from './server/loaded-policy.ts';
export { activatePolicy } from './server/activate-policy.ts';
export { memoryGateStore } from './server/memory-gate-store.ts';
// Mounted in a server
export { askRollout, gateModule } from './server/gate-module.ts';
export { decisionRecords } from './server/decision-records.ts';
export { gateMetrics } from './server/gate-metrics.ts';
export { decisionStream } from './server/ledger-entry.ts';

export type { AskContext, Gate } from './server/gate.ts';
export type { GateOptions } from './server/gate-options.ts';
export type { LoadedPolicy, StageSettings } from './server/loaded-policy.ts';
export type { GateModule, GateModuleOptions, RouteApplication, RouteHandler, RouteRequest } from './server/gate-module.ts';
export type {
  ActivePolicy,
  DecisionActivityQuery,
  DecisionQuery,
  EnvironmentKey,
  GateStore,
  KeptPolicy,
  LatestDecision,
  NewDecision,
  RecordedDecision,
  RecordedProvenList,
  StandingState,
  SubjectKey,
  SubjectState,
} from './server/gate-store.ts';
export type { Artifacts, EnvironmentStanding, KnownArtifacts } from './server/standing.ts';
export type { DecisionRecords } from './server/decision-records.ts';
export type { AnswerEvent, DecisionEvent, GateEvents } from './server/gate-events.ts';
export type { MetricDefinition, MetricFactory } from './server/gate-metrics.ts';
export type { EvidenceOkArguments, EvidenceOkContext } from './server/evidence-ok.ts';
export type { Budget } from './server/measured.ts';
