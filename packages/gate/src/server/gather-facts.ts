// Asks every source about one question and turns the answers into facts.
import type { DigestedFacts } from '../facts.ts';
import { rolloutFacts } from '../facts.ts';
import type { EvidenceSource, ExceptionSource, ReadOptions, RevocationSource, SignerStatus } from '../fact-sources.ts';
import type { ResolvedQuestion } from '../gate-question.ts';
import type { ReleaseEvidence, RolloutFacts } from '@promotable/contracts';
import { type EnvironmentStanding, provenBy, standingFacts } from './standing.ts';

export interface FactSources {
  readonly evidence: EvidenceSource;
  readonly signers: SignerStatus;
  readonly exceptions: ExceptionSource;
  /** @default nothing is revoked */
  readonly revocations?: RevocationSource;
}

export interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly stageStartedAt: number;
  readonly standing: EnvironmentStanding;
  /** See {@link passedWith}. */
  readonly passedWith: RolloutFacts['standing']['passedWith'];
}

export interface GatheredFacts extends DigestedFacts {
  readonly evidence: ReleaseEvidence;
}

/** At most this many other releases are asked whether they still hold a shared digest. */
const maxOtherReleases = 5;

/** Rejects when a source does: what could not be read is never taken for absent. */
export async function gatherFacts(
  question: ResolvedQuestion,
  { now, stageStartedAt, standing, passedWith }: Moment,
  sources: FactSources,
  options: ReadOptions,
): Promise<GatheredFacts> {
  const { tenant, releaseId, digests } = question;
  const [evidence, exceptions, revoked, rebuilds] = await Promise.all([
    sources.evidence.releaseEvidence(releaseQuestion(question, releaseId), options),
    sources.exceptions.exceptions({ ...releaseQuestion(question, releaseId), digests }, options),
    sources.revocations?.anyRevoked(tenant, digests, options) ?? false,
    rebuildsOf(question, standing, sources.evidence, options),
  ]);
  const { digests: releaseDigests, rebuildRevision } = evidence;
  const asked = { releaseId, digests, releaseDigests, rebuildRevision, revoked, now };
  const facts = rolloutFacts({
    question,
    evidence,
    standing: { ...standingFacts(standing, asked, rebuilds), passedWith },
    exceptions,
    signers: sources.signers,
    stageStartedAt,
    now,
  });
  return { ...facts, evidence };
}

async function rebuildsOf(
  question: ResolvedQuestion,
  standing: EnvironmentStanding,
  source: EvidenceSource,
  options: ReadOptions,
): Promise<Map<string, number>> {
  const releases = provenBy(standing, question).slice(0, maxOtherReleases);
  return new Map(
    await Promise.all(
      releases.map(async (id) => [id, (await source.releaseEvidence(releaseQuestion(question, id), options)).rebuildRevision] as const),
    ),
  );
}

function releaseQuestion({ tenant, service, environment, stage }: ResolvedQuestion, releaseId: string) {
  return { tenant, service, releaseId, environment, stage };
}
