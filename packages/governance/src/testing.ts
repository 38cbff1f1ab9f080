// `@promotable/governance/testing`
export { governanceStoreConformance } from './testing/governance-store-conformance.ts';

export type { ConformanceCase, GovernanceStoreSubject } from './testing/governance-store-conformance.ts';
