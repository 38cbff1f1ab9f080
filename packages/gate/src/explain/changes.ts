// What is not as it was at the last pass: the first thing a person asks.
import { RolloutFacts } from '@promotable/contracts';
import type { OpenedDecision } from './open-record.ts';

/** Something that differs from the last pass. */
export interface Change {
  /** E.g. `release`, `digests`, `policy`, `p95Ms`. */
  readonly what: string;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

/** Differences in what is usually at fault, the cause before the effect. */
export function changesSince(lastPass: OpenedDecision, now: OpenedDecision): Change[] {
  const before = aspects(lastPass);
  const after = aspects(now);
  return Object.keys(after).flatMap((what) =>
    before[what] === after[what] ? [] : [{ what, before: before[what] ?? null, after: after[what] ?? null }],
  );
}

function aspects({ decision, facts }: OpenedDecision): Record<string, string | number | null> {
  const parsed = RolloutFacts.safeParse(facts);
  return {
    release: decision.subject.releaseId,
    digests: decision.digests.join(' '),
    policy: decision.policyDigest,
    override: decision.override,
    ...(parsed.success ? measuredAspects(parsed.data.items) : {}),
  };
}

function measuredAspects({ sbom, tests, slo }: RolloutFacts['items']): Record<string, string | number | null> {
  const results = 'absent' in tests ? [] : tests.flatMap(({ value }) => ('absent' in value ? [] : [value]));
  const components = 'absent' in sbom ? [] : sbom.flatMap(({ value }) => ('absent' in value ? [] : [value.componentsDigest]));
  const canary = 'absent' in slo ? null : slo.canary;
  return {
    components: components.length === 0 ? null : components.join(' '),
    tests: results.length === 0 ? null : sum(results.map(({ total }) => total)),
    failedTests: results.length === 0 ? null : sum(results.map(({ failed, errors }) => failed + errors)),
    samples: typeof canary?.samples === 'number' ? canary.samples : null,
    p95Ms: canary?.p95Ms ?? null,
    errorRate: canary?.errorRate ?? null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
