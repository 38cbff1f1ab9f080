import { isDeepStrictEqual } from 'node:util';
import type { RolloutFacts } from '@promotable/contracts';
import { judge } from '@promotable/gate';
import { type LoadedPolicy, loadedPolicy, type StageSettings } from '@promotable/gate/server';
import { type LayerDocument, loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import { BenchError } from '../bench-error.ts';
import type { Operation } from '../harness/operation.ts';
import { factsOfEveryKind } from './policy-decision.facts.ts';
import { verdictByHand } from './policy-decision.by-hand.ts';

/** One service with a tighter budget in one environment, so that there is something to decide. */
const payments: LayerDocument = { level: 'service', name: 'payments', values: { p95BudgetMs: 200 }, bounds: {} };

const questions: readonly (readonly [service: string, environment: string])[] = ['checkout', 'payments', 'search', 'cart'].flatMap(
  (service) => ['production', 'staging'].map((environment) => [service, environment] as const),
);

async function policyOf(): Promise<LoadedPolicy> {
  const policy = loadPolicy({ production: false, overrides: [payments] });
  return loadedPolicy(policy, await createWasmEngine(policy));
}

/** The thresholds that the policy decides for a service in an environment, remembered by the gate; every question asks for them. */
export async function cached(): Promise<Operation> {
  const policy = await policyOf();
  return settingsBy((service, environment) => policy.settings(service, environment));
}

/** The same, as somebody would write it who has no policy: one `if`. */
export async function byHand(): Promise<Operation> {
  const policy = await policyOf();
  const usual = policy.settings('checkout', 'production');
  const tighter = policy.settings('payments', 'production');
  if (isDeepStrictEqual(usual, tighter)) throw new BenchError('VARIANT_FAILED', 'the layers decide nothing');
  return settingsBy((service) => (service === 'payments' ? tighter : usual));
}

function settingsBy(decide: (service: string, environment: string) => StageSettings): Operation {
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) {
        const [service, environment] = questions[index % questions.length] as (typeof questions)[number];
        sum += decide(service, environment).budget.p95Ms ?? 0;
      }
      return sum;
    },
    answer: () => questions.map(([service, environment]) => decide(service, environment)),
  };
}

/** The policy in WebAssembly, called as the gate calls it. */
export async function wasm(): Promise<Operation> {
  const policy = loadPolicy({ production: false });
  const engine = await createWasmEngine(policy);
  return verdictsBy((facts) => judge(facts, engine as never).verdict);
}

/** The comparisons of the policy that these facts come down to, written in TypeScript: a floor, not a policy. */
export function verdictsByHand(): Operation {
  return verdictsBy(verdictByHand);
}

function verdictsBy(decide: (facts: RolloutFacts) => string): Operation {
  const inputs = factsOfEveryKind();
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += decide(inputs[index % inputs.length] as RolloutFacts).length;
      return sum;
    },
    answer: () => inputs.map(decide),
  };
}
