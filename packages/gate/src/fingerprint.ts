// What makes a decision another decision. Measured values are not part of it: an unchanged verdict with fresher numbers is the same decision.
import { digestOf } from '@promotable/attest';
import type { DecisionKind } from '@promotable/contracts';
import type { ResolvedQuestion } from './gate-question.ts';
import type { Judgement } from './judge.ts';

/** What makes one decision another one than before. */
export interface FingerprintInput {
  readonly question: ResolvedQuestion;
  readonly kind: DecisionKind;
  readonly judgement: Judgement;
  readonly policyDigest: string;
  readonly override: string | null;
  /** Counting statement digests, sorted; part of a pass only. */
  readonly evidence: readonly string[];
}

/** sha256 of RFC 8785 of (kind, verdict, sorted reason codes, policy digest, override id, digests, pod template hash, for a pass the counting evidence, and whether in shadow). */
export function fingerprint({ question, kind, judgement, policyDigest, override, evidence }: FingerprintInput): string {
  const { verdict, reasons } = judgement;
  const codes = [...new Set(reasons.map(({ code }) => code))].sort();
  const { digests, podTemplateHash, shadow } = question;
  return digestOf({
    kind,
    verdict,
    codes,
    policyDigest,
    override,
    digests,
    podTemplateHash,
    evidence: verdict === 'pass' ? evidence : null,
    ...(shadow === true ? { shadow } : {}),
  });
}
