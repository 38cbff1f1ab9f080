// What reports say → facts of the policy `promotable.evidence`, for a look without any record. Pure, as the facts of a rollout are.
import { EvidenceFacts, faultsOf, type ReleaseEvidence } from '@promotable/contracts';
import { GateError } from './gate-error.ts';
import { coverageFact, provenanceFact, type Reading, sbomFact, testsFact } from './item-facts.ts';
import { scanFact } from './scan-fact.ts';

/** The build items of a release, whether they are on record or not. */
export interface EvidenceFactsInput {
  readonly subject: EvidenceFacts['subject'];
  /** `sha256:…` of the artifacts that the items must cover. */
  readonly digests: readonly string[];
  readonly evidence: Pick<ReleaseEvidence, 'sbom' | 'tests' | 'coverage' | 'scan' | 'provenance'>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * The facts of build items alone, all taken for trusted, as `mc try` judges them.
 * @throws {GateError} `FACTS_INVALID` with every fault
 */
export function evidenceFacts({ subject, digests, evidence, now }: EvidenceFactsInput): EvidenceFacts {
  const reading: Reading = { now, stageStartedAt: now, signers: { statusOf: () => 'trusted' } };
  const parsed = EvidenceFacts.safeParse({
    schema: 'https://promotable.dev/facts/evidence/v1',
    subject,
    request: { digests },
    items: {
      sbom: sbomFact(evidence.sbom, reading),
      tests: testsFact(evidence.tests, reading),
      coverage: coverageFact(evidence.coverage, reading),
      scan: scanFact(evidence.scan, reading, []),
      provenance: provenanceFact(evidence.provenance, reading),
    },
  });
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new GateError('FACTS_INVALID', `not evidence facts: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, { faults });
}
