// From what is on record to facts
export { checkFacts, countingEvidence, maxFactsBytes, rolloutFacts } from './facts.ts';
export { evidenceFacts } from './evidence-facts.ts';
// From facts to a verdict
export { judge, verdictOf } from './judge.ts';
export { rolloutEntrypoint } from './policy-engine.ts';
export { fingerprint } from './fingerprint.ts';
export { exitCodeOf, exitCodes } from './exit-code.ts';
// What a decision's Statement must look like
export { decisionStatement, statementSubjects } from './decision-statement.ts';
// A decision explained and made again, offline
export { explainDecision } from './explain/explain-decision.ts';
export { changesSince } from './explain/changes.ts';
export { openRecord } from './explain/open-record.ts';
export { replay } from './explain/replay.ts';
export { GateError } from './gate-error.ts';

export type { DigestedFacts, FactsInput } from './facts.ts';
export type { EvidenceFactsInput } from './evidence-facts.ts';
export type { EvidenceSource, ExceptionQuestion, ExceptionSource, ReadOptions, RevocationSource, SignerStatus } from './fact-sources.ts';
export type { ResolvedQuestion } from './gate-question.ts';
export type { FingerprintInput } from './fingerprint.ts';
export type { Judgement } from './judge.ts';
export type { PolicyEvaluator, ReasonRenderer } from './policy-engine.ts';
export type { ExplainOptions, Explanation } from './explain/explain-decision.ts';
export type { Change } from './explain/changes.ts';
export type { OpenedDecision, OpenedRecord } from './explain/open-record.ts';
export type { PolicyLoader, Replay, ReplayDifference, ReplayPolicy } from './explain/replay.ts';
export type { ExitCode } from './exit-code.ts';
export type { GateErrorCode } from './gate-error.ts';
