// Types of the GraphQL contract, generated from its SDL and operations (`@promotable/contracts/graphql`).
export type { ReleaseEvidenceQuery, ReleasesQuery, ReleasesQueryVariables, ReleaseStoryQuery } from './generated/operations.ts';
export type {
  Budget,
  CostSnapshot,
  EvidenceBundle,
  EvidenceInput,
  EvidenceOk,
  EvidenceReceipt,
  Exception,
  KeyImpact,
  ReleasePage,
  ReleaseStory,
  ReleaseSummary,
  SinceLastPass,
  SloSnapshot,
  SpoolNotice,
  StageVerdict,
  StoryDecision,
  StoryEvidence,
  StoryItem,
} from './generated/schema-types.ts';
