// `@promotable/gate/testing`
export { gateStoreConformance } from './testing/gate-store-conformance.ts';

export type { ConformanceCase, GateStoreSubject } from './testing/decision-samples.ts';
