// Explains a decision from its record alone: first to a person, then by making it again.
import type { KeyResolver } from '@promotable/attest';
import type { DecisionPredicate, Reason, ReasonClass, Verdict } from '@promotable/contracts';
import { type Change, changesSince } from './changes.ts';
import { nextCommand } from './next-command.ts';
import { openRecord } from './open-record.ts';
import { type PolicyLoader, type Replay, replay } from './replay.ts';

/** Whom to believe, and how to make the policy of a record run. */
export interface ExplainOptions {
  /** Whose signature is believed, e.g. `listedKeys(keySet, 'decision')`. */
  readonly keys: KeyResolver;
  /** Makes an engine from the policy that the record carries. */
  readonly loadPolicy: PolicyLoader;
}

/** A decision in words, and whether it comes out alike when it is made again. */
export interface Explanation extends Replay {
  readonly verdict: Verdict;
  /** What decided first: breaches, then what can be waived, then what is missing. */
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** Null where no pass is on record. */
  readonly sinceLastPass: { readonly decisionId: string; readonly evaluatedAt: string; readonly changes: readonly Change[] } | null;
  /** Digests of the last pass at this stage; empty where there is none. */
  readonly lastGoodDigests: readonly string[];
  readonly nextCommand: string;
  readonly decision: DecisionPredicate;
}

const order: Record<ReasonClass, number> = { breach: 0, waivable_breach: 1, missing_proof: 2, note: 3 };

/** @throws {GateError} `RECORD_INVALID`; and the errors of `verifyBundle` for a signature that does not hold */
export async function explainDecision(record: unknown, { keys, loadPolicy }: ExplainOptions): Promise<Explanation> {
  const opened = openRecord(record, keys);
  const { decision, lastPass } = opened;
  const reasons = [...decision.reasons].sort((a, b) => order[a.class] - order[b.class]);
  return {
    verdict: decision.verdict,
    reasons,
    warnings: decision.warnings,
    sinceLastPass:
      lastPass === null
        ? null
        : { decisionId: lastPass.decision.id, evaluatedAt: lastPass.decision.evaluatedAt, changes: changesSince(lastPass, opened) },
    lastGoodDigests: lastPass?.decision.digests ?? [],
    nextCommand: nextCommand({ ...decision, reasons }, opened.record.policy.layer),
    decision,
    ...(await replay(opened, loadPolicy)),
  };
}
