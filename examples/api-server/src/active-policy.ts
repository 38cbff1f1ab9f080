// Loads the shipped policy with the configured layers and makes it the active one where this process may.
import type { GateStore } from '@promotable/gate/server';
import { activatePolicy, type LoadedPolicy, loadedPolicy } from '@promotable/gate/server';
import type { ExceptionLimits } from '@promotable/governance/server';
import { loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import type { Configuration } from './configuration.ts';

/** The policy, and how long it lets waivers and overrides live. */
export interface ConfiguredPolicy extends LoadedPolicy {
  exceptionLimits(service: string, environment: string): ExceptionLimits;
}

export async function loadConfiguredPolicy({
  policyLayer,
  policyOverrides,
  production,
}: Pick<Configuration, 'policyLayer' | 'policyOverrides' | 'production'>): Promise<ConfiguredPolicy> {
  const policy = loadPolicy({ layer: policyLayer, overrides: policyOverrides, production });
  const engine = await createWasmEngine(policy);
  return {
    ...loadedPolicy(policy, engine),
    exceptionLimits(service, environment) {
      const { waiverMaxMs, overrideMaxMs, breakGlassMaxMs, countersignWithinMs } = engine.thresholds(service, environment).values;
      return { waiverMaxMs, overrideMaxMs, breakGlassMaxMs, countersignWithinMs };
    },
  };
}

/** A process that may not activate its policy keeps it all the same, so that whoever activates it finds it. */
export async function announcePolicy(store: GateStore, policy: LoadedPolicy, rule: Configuration['activatePolicy']): Promise<void> {
  const active = await store.activePolicy();
  if (active === null || (rule === 'always' && active.digest !== policy.digest)) await activatePolicy(store, policy);
  else if (active.digest !== policy.digest) await store.keepPolicy(policy);
}
