// Which digests are proven, current, suspect or on their way in one environment of a service. Pure: folds decisions, asks nobody.
import type { DecisionPredicate, RolloutFacts } from '@promotable/contracts';

/** Artifacts remembered of a kind; an older one is an ordinary release again. */
const maxKnown = 200;

/** Artifacts that were judged together; a digest shared by two releases is not enough to be either of them. */
export interface Artifacts {
  readonly releaseId: string;
  /** `sha256:…`, sorted. */
  readonly digests: readonly string[];
}

/** The artifacts of a release that was decided on here. */
export interface KnownArtifacts extends Artifacts {
  /** The release's rebuild revision at its pass; another one now voids the pass. */
  readonly rebuildRevision: number;
  /** Milliseconds since the Unix epoch; null = proven, unless rebuilt or revoked since. */
  readonly suspectSince: number | null;
}

/** One (tenant, service, environment). */
export interface EnvironmentStanding {
  /** What last passed the last stage, or was rolled back to; `rollbackUntil` = the end of the rollback that made it current. */
  readonly current: (Artifacts & { readonly rollbackUntil: number | null }) | null;
  /** Latest first. */
  readonly known: readonly KnownArtifacts[];
  /** Passed an earlier stage since `current` became current. */
  readonly onTheWay: readonly Artifacts[];
}

export const emptyStanding: EnvironmentStanding = { current: null, known: [], onTheWay: [] };

export interface StandingQuestion extends Artifacts {
  /** Digests that the named release has on record; empty when it is unknown. */
  readonly releaseDigests: readonly string[];
  readonly rebuildRevision: number;
  readonly revoked: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The evidence of the question's last pass, handed on from decision to decision until it passes again. */
export function passedWith(
  recorded: { readonly decision: DecisionPredicate; readonly facts: RolloutFacts } | null,
): RolloutFacts['standing']['passedWith'] {
  if (recorded === null) return { absent: 'NO_PASS' };
  return recorded.decision.verdict === 'pass' ? recorded.decision.evidence : recorded.facts.standing.passedWith;
}

/** Releases whose rebuild revision is needed to judge these digests, the asked one left out. */
export function provenBy(standing: EnvironmentStanding, { releaseId, digests }: Artifacts): string[] {
  return [...new Set(standing.known.filter((known) => covers(known, digests)).map((known) => known.releaseId))].filter(
    (id) => id !== releaseId,
  );
}

/** The facts about the asked digests; `rebuilds` holds the rebuild revisions now of the releases of {@link provenBy}. */
export function standingFacts(
  standing: EnvironmentStanding,
  asked: StandingQuestion,
  rebuilds: ReadonlyMap<string, number> = new Map(),
): Omit<RolloutFacts['standing'], 'passedWith'> {
  const revisionOf = (releaseId: string) => (releaseId === asked.releaseId ? asked.rebuildRevision : rebuilds.get(releaseId));
  const matches = standing.known.filter((known) => covers(known, asked.digests));
  const suspects = matches.flatMap(({ suspectSince }) => suspectSince ?? []);
  const proven =
    suspects.length === 0 &&
    !asked.revoked &&
    matches.some((known) => revisionOf(known.releaseId) === known.rebuildRevision && speaksFor(known, asked));
  return {
    proven,
    revoked: asked.revoked,
    current: isCurrent(standing, asked) || standing.onTheWay.some((artifacts) => isSame(artifacts, asked)),
    suspectForMs: suspects.length === 0 ? { absent: 'NOT_SUSPECT' } : Math.max(0, asked.now - Math.max(...suspects)),
  };
}

/** A container shared with a proven release must not pass the rest of another one: there, what is asked about stands for its whole release. */
function speaksFor(known: KnownArtifacts, { releaseId, digests, releaseDigests }: StandingQuestion): boolean {
  const areItsOwn = digests.every((digest) => releaseDigests.includes(digest));
  return known.releaseId === releaseId || !areItsOwn || covers(known, releaseDigests);
}

/**
 * A rollback goes through several stages and its client may ask twice, so what was rolled back to stays an ordinary rollback
 * until the decision that began it ends; only then is asking about it a question about the current release.
 */
function isCurrent({ current }: EnvironmentStanding, asked: StandingQuestion): boolean {
  if (current === null || !isSame(current, asked)) return false;
  return current.rollbackUntil === null || asked.now >= current.rollbackUntil;
}

/** What a decision changes. Only an enforced pass does; one with an override makes current but proves nothing. */
export function afterDecision(
  standing: EnvironmentStanding,
  decision: DecisionPredicate,
  { isLastStage, rebuildRevision }: { readonly isLastStage: boolean; readonly rebuildRevision: number },
): EnvironmentStanding {
  if (decision.verdict !== 'pass' || decision.mode !== 'enforced') return standing;
  const artifacts = { releaseId: decision.subject.releaseId, digests: decision.digests };
  if (decision.subject.kind === 'rollback') return afterRollback(standing, artifacts, decision);
  if (!isLastStage)
    return standing.onTheWay.some((other) => isEqual(other, artifacts))
      ? standing
      : { ...standing, onTheWay: [artifacts, ...standing.onTheWay].slice(0, maxKnown) };
  return afterLastStage(standing, artifacts, { rebuildRevision, proves: decision.override === null && artifacts.digests.length > 0 });
}

function afterLastStage(
  standing: EnvironmentStanding,
  artifacts: Artifacts,
  { rebuildRevision, proves }: { rebuildRevision: number; proves: boolean },
): EnvironmentStanding {
  const { current } = standing;
  const stays = current !== null && isEqual(current, artifacts);
  const others = without(standing.known, artifacts);
  return {
    current: { ...artifacts, rollbackUntil: null },
    known: proves ? [{ ...artifacts, rebuildRevision, suspectSince: null }, ...others].slice(0, maxKnown) : standing.known,
    onTheWay: stays ? standing.onTheWay.filter((other) => !isEqual(other, artifacts)) : [],
  };
}

function afterRollback(standing: EnvironmentStanding, artifacts: Artifacts, decision: DecisionPredicate): EnvironmentStanding {
  const left = standing.current;
  if (left !== null && isEqual(left, artifacts)) return standing;
  const current = { ...artifacts, rollbackUntil: Date.parse(decision.validUntil ?? decision.evaluatedAt) };
  return {
    current,
    known: left === null ? standing.known : withSuspect(standing.known, left, Date.parse(decision.evaluatedAt)),
    onTheWay: [],
  };
}

/** Also what was never proven becomes suspect, so that its old evidence does not speak for it again. */
function withSuspect(known: readonly KnownArtifacts[], { releaseId, digests }: Artifacts, suspectSince: number): KnownArtifacts[] {
  if (digests.length === 0) return [...known];
  const rebuildRevision = known.find((other) => isEqualList(other.digests, digests))?.rebuildRevision ?? 0;
  return [{ releaseId, digests, rebuildRevision, suspectSince }, ...without(known, { releaseId, digests })].slice(0, maxKnown);
}

function without(known: readonly KnownArtifacts[], { digests }: Artifacts): KnownArtifacts[] {
  return known.filter((other) => !isEqualList(other.digests, digests));
}

/** Digests name the artifacts where any were sent; without them only the release id is left to go by. */
function isSame(artifacts: Artifacts, asked: Artifacts): boolean {
  return asked.digests.length > 0 && artifacts.digests.length > 0
    ? covers(artifacts, asked.digests)
    : artifacts.releaseId === asked.releaseId;
}

function covers({ digests }: Artifacts, asked: readonly string[]): boolean {
  return asked.length > 0 && asked.every((digest) => digests.includes(digest));
}

function isEqual(a: Artifacts, b: Artifacts): boolean {
  return a.releaseId === b.releaseId && isEqualList(a.digests, b.digests);
}

function isEqualList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
