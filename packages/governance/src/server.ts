// `@promotable/governance/server`: where waivers and overrides are granted.
export { createGovernance } from './server/governance.ts';
export { forgetPerson } from './server/forget-person.ts';
export { governanceModule } from './server/governance-module.ts';
export { memoryGovernanceStore } from './server/memory-governance-store.ts';
export { governanceStream } from './server/ledger-entry.ts';

export type { ActContext, ExceptionQuestion, Governance } from './server/governance.ts';
export type { GovernanceContext, GovernanceField, GovernanceModule, GovernanceMutation } from './server/governance-module.ts';
export type { ExceptionLimits, GovernanceEvent, GovernanceOptions } from './server/governance-options.ts';
export type { ForgetOptions, ForgottenPerson, FoundTexts, PersonFindings } from './server/forget-person.ts';
export type { ExceptionListQuery, ExceptionQuery, GovernanceStore, WriteOptions } from './server/governance-store.ts';
