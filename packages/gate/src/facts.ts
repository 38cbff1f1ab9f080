// What is on record → facts, the only thing a policy ever sees. Pure: reads no clock, store or network.
import { canonicalize, digestOf, sha256Hex } from '@promotable/attest';
import { type ExceptionFact, faultsOf, guardOf, type ReleaseEvidence, RolloutFacts } from '@promotable/contracts';
import type { SignerStatus } from './fact-sources.ts';
import { GateError } from './gate-error.ts';
import type { ResolvedQuestion } from './gate-question.ts';
import { costFact, coverageFact, provenanceFact, sbomFact, sloFact, testsFact } from './item-facts.ts';
import { scanFact } from './scan-fact.ts';

/** Largest RFC 8785 form of the facts, in bytes. */
export const maxFactsBytes = 256 * 1024;

/** Everything that facts are made from, read beforehand. */
export interface FactsInput {
  readonly question: ResolvedQuestion;
  readonly evidence: ReleaseEvidence;
  readonly standing: RolloutFacts['standing'];
  readonly exceptions: readonly ExceptionFact[];
  readonly signers: SignerStatus;
  /** Milliseconds since the Unix epoch. */
  readonly stageStartedAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Facts with the digest that the decision names. */
export interface DigestedFacts {
  readonly facts: RolloutFacts;
  /** RFC 8785 form, UTF-8: what the policy reads is what the digest is of. */
  readonly bytes: Uint8Array;
  /** sha256 of `bytes`. */
  readonly factsDigest: string;
}

/**
 * The facts of one question at one moment, checked on the way out.
 * @throws {GateError} `FACTS_INVALID` with every fault, `FACTS_TOO_LARGE` above 256 kB
 */
export function rolloutFacts({ question, evidence, standing, exceptions, signers, stageStartedAt, now }: FactsInput): DigestedFacts {
  const { tenant, service, releaseId, environment, stage, digests, podTemplateHash } = question;
  const reading = { now, stageStartedAt, signers };
  return checkFacts({
    schema: 'https://promotable.dev/facts/rollout/v1',
    subject: { tenant, service, releaseId, environment, stage },
    request: { digests, podTemplateHash: podTemplateHash ?? { absent: 'NOT_SENT' } },
    release: {
      known: evidence.known,
      identity: `sha256:${digestOf({ tenant, service, releaseId })}`,
      digests: [...evidence.digests].sort(),
      untrusted: evidence.untrusted,
      unsigned: evidence.unsigned,
      spooled: evidence.spooledUntil.filter((until) => until > now).length,
    },
    standing,
    stage: { startedAgoMs: Math.max(0, now - stageStartedAt) },
    items: {
      sbom: sbomFact(evidence.sbom, reading),
      tests: testsFact(evidence.tests, reading),
      coverage: coverageFact(evidence.coverage, reading),
      scan: scanFact(evidence.scan, reading, exceptions),
      provenance: provenanceFact(evidence.provenance, reading),
      slo: sloFact(evidence.slo, reading),
      cost: costFact(evidence.cost, reading),
    },
    exceptions,
  });
}

/** Checks facts against their schema and their size. @throws {GateError} `FACTS_INVALID`, `FACTS_TOO_LARGE` */
export function checkFacts(value: unknown): DigestedFacts {
  const facts = isRolloutFacts(value) ? value : parsedFacts(value);
  const bytes = utf8.encode(canonicalize(facts));
  if (bytes.length > maxFactsBytes) throw new GateError('FACTS_TOO_LARGE', `facts have at most ${maxFactsBytes} bytes`);
  return { facts, bytes, factsDigest: sha256Hex(bytes) };
}

const utf8 = new TextEncoder();
const isRolloutFacts = guardOf(RolloutFacts);

function parsedFacts(value: unknown): RolloutFacts {
  const parsed = RolloutFacts.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new GateError('FACTS_INVALID', `not rollout facts: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, { faults });
}

/** Statement digests of the records that count, sorted and distinct. */
export function countingEvidence({ items }: RolloutFacts): string[] {
  const ids = new Set<string>();
  for (const item of Object.values(items)) {
    if (Array.isArray(item)) for (const { evidenceId } of item) ids.add(evidenceId);
    else if (!('absent' in item)) ids.add(item.evidenceId);
  }
  return [...ids].sort();
}
