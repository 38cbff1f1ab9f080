// Errors and validation
export { CodedError, isCodedError } from './coded-error.ts';
export { faultsOf } from './validation.ts';
export { guardOf } from './guard.ts';
// Primitives
export {
  CanaryWeight,
  Checkpoint,
  Count,
  Digest,
  EnvironmentName,
  IdempotencyKey,
  Instant,
  KeyId,
  PodTemplateHash,
  Quantity,
  ReleaseId,
  ServiceName,
  Sha256Hex,
  Stage,
  TenantId,
} from './primitives.ts';
// What is signed
export { Bundle, predicateTypes, Statement, StatementSubject, statementType } from './statement.ts';
export { Absent } from './absent.ts';
export { CoverageCount, CoverageValue, ProvenanceValue, SbomValue, TestsValue } from './build-values.ts';
export { Finding, ScanValue, severities, Severity, SeverityCounts } from './scan-value.ts';
export {
  BuildEvidence,
  buildItems,
  CostValue,
  EvidencePredicate,
  EvidenceRun,
  Observed,
  Redaction,
  SloMeasure,
  SloValue,
  StageEvidence,
  stageItems,
} from './evidence.ts';
export { DecisionKind, decisionKinds, DecisionPredicate, DecisionRecord, DecisionSubject } from './decision.ts';
export { Override, OverrideKind } from './override.ts';
export { ProvenList } from './proven-list.ts';
export { Waiver } from './waiver.ts';
export { SignedLine, SignedWords } from './signed-words.ts';
// What is decided
export { EvidenceFacts, ExceptionFact, MeasureFact, RolloutFacts, SloFact } from './facts.ts';
export { PolicyReason, PolicyResult, Reason, ReasonClass, reasonClasses, ReasonCode, ReasonParams, Verdict, verdicts } from './reason.ts';
// What is asked and answered over HTTP
export { GateAnswer, GateQuestion, Measured } from './decision.ts';
export { ErrorBody, FaultBody } from './error-body.ts';
export { schemaCatalog } from './schema-catalog.ts';

export type { CodedErrorOptions, Fault } from './coded-error.ts';
export { scopes } from './ports.ts';
export type { Clock, Logger, Principal, Scope, SqlClient, Transaction, Transactor } from './ports.ts';
export type { BuildItem, EvidenceItem, StageItem } from './evidence.ts';
export type { ReleaseActivity, ReleaseActivityQuery, ReleaseName } from './release-activity.ts';
export type { ItemRecord, ItemStanding, ReleaseEvidence, ReleaseQuestion } from './release-evidence.ts';
