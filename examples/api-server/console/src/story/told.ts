import type { ReleaseStoryQuery } from '@promotable/contracts/graphql';

/** The story as the server tells it, and its parts. */
export type ToldStory = NonNullable<ReleaseStoryQuery['releaseStory']>;
export type ToldEvidence = ToldStory['evidence'][number];
export type ToldDecision = ToldStory['decisions'][number];
export type ToldReason = ToldDecision['reasons'][number];
export type ToldBudget = ToldStory['budgets'][number];
