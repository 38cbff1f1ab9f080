// `@promotable/sdk-evidence/testing`: what an adapter of ours must do, and stand-ins that behave.
export { evidenceStoreConformance } from './server/store-conformance.ts';
export { plantedSecrets } from './planted-secrets.ts';
export { spoolConformance } from './spool/spool-conformance.ts';

export type { PlantedSecret } from './planted-secrets.ts';
export type { EvidenceStoreHarness } from './server/conformance-desk.ts';
export type { EvidenceTestRunner } from './server/store-conformance.ts';
export type { OpenSpool, SpoolLimits, SpoolTestRunner } from './spool/spool-conformance.ts';
