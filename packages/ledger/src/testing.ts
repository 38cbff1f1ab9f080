export { ledgerConformance } from './conformance.ts';

export type { LedgerHarness, TestRunner } from './conformance.ts';
