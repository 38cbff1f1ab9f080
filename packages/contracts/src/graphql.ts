// Types of the GraphQL contract, generated from its SDL and operations (`@promotable/contracts/graphql`).
export type { ReleaseEvidenceQuery } from './generated/operations.ts';
export type { CostSnapshot, EvidenceBundle, EvidenceInput, EvidenceOk, EvidenceReceipt, SloSnapshot } from './generated/schema-types.ts';
