// A policy and its engine as the gate uses them.
import { type Policy, type PolicyEngine, renderReason } from '@promotable/policies';
import { type PolicyEvaluator, type ReasonRenderer, rolloutEntrypoint } from '../policy-engine.ts';
import type { KeptPolicy } from './gate-store.ts';
import type { Budget } from './measured.ts';

/** A policy as this process has loaded it. */
export interface LoadedPolicy extends KeptPolicy, PolicyEvaluator {
  readonly render: ReasonRenderer;
  /** What the gate needs of the thresholds; none of it decides. May throw. */
  settings(service: string, environment: string): StageSettings;
}

/** What the policy says of the stages of an environment. */
export interface StageSettings {
  /** In the order of the rollout; the last one makes a release current. */
  readonly stages: readonly string[];
  /** How long a pass is valid, milliseconds. */
  readonly passValidMs: number;
  /** How often a gate asks, milliseconds. */
  readonly pollMs: number;
  /** Shown beside measured values. */
  readonly budget: Budget;
}

/** Services and environments come from callers, so what is remembered of them is bounded. */
const maxRemembered = 1000;

/** The policy for the rollout entrypoint, its thresholds remembered: a loaded policy never changes. */
export function loadedPolicy(policy: Policy, engine: PolicyEngine): LoadedPolicy {
  // By service, then environment: a key made of both would cost more than the two look-ups.
  const remembered = new Map<string, Map<string, StageSettings>>();
  let count = 0;

  function remember(service: string, environment: string, settings: StageSettings): void {
    if (count >= maxRemembered) {
      remembered.clear();
      count = 0;
    }
    const ofService = remembered.get(service) ?? new Map<string, StageSettings>();
    remembered.set(service, ofService.set(environment, settings));
    count++;
  }

  return {
    digest: policy.digest(rolloutEntrypoint),
    entrypoint: rolloutEntrypoint,
    layer: policy.layer,
    data: { ...policy.data },
    wasm: policy.wasm,
    render: renderReason,
    evaluate: (_entrypoint, facts) => engine.evaluate(rolloutEntrypoint, facts),
    settings(service, environment) {
      const known = remembered.get(service)?.get(environment);
      if (known !== undefined) return known;
      const { stages, passValidMs, gatePollMs, p95BudgetMs, p99BudgetMs, errorRateBudget } = engine.thresholds(service, environment).values;
      const settings = {
        stages,
        passValidMs,
        pollMs: gatePollMs,
        budget: { p95Ms: p95BudgetMs, p99Ms: p99BudgetMs, errorRate: errorRateBudget },
      };
      remember(service, environment, settings);
      return settings;
    },
  };
}
