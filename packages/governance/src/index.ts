// Who must approve
export { ApprovalRules, fourEyes, missingRoles, parseApprovalRules, requiredRoles } from './approval-rules.ts';
// What is signed
export { exceptionStatement, overrideStatement } from './exception-statement.ts';
export { verifiedOverride } from './verify-exception.ts';
// What is kept, and what the policy is told of it
export { exceptionKinds, stateOf } from './exception-record.ts';
export { exceptionFact } from './exception-fact.ts';
export { erasedText } from './words.ts';
export { GovernanceError } from './governance-error.ts';

export type { ActType, ExceptionAct, ExceptionKind, ExceptionRecord, ExceptionState, Seal } from './exception-record.ts';
export type { GovernanceErrorCode } from './governance-error.ts';
export type { ReasonLookup } from './turnable-codes.ts';
export type { ExceptionTrust } from './verify-exception.ts';
