// Loads the shipped policy with the configured layers and makes it the active one where this process may.
import type { GateStore } from '@promotable/gate/server';
import { activatePolicy, type LoadedPolicy, loadedPolicy } from '@promotable/gate/server';
import { loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import type { Configuration } from './configuration.ts';

export async function loadConfiguredPolicy({ policyLayer, policyOverrides, production }: Configuration): Promise<LoadedPolicy> {
  const policy = loadPolicy({ layer: policyLayer, overrides: policyOverrides, production });
  return loadedPolicy(policy, await createWasmEngine(policy));
}

/** A process that may not activate its policy keeps it all the same, so that whoever activates it finds it. */
export async function announcePolicy(store: GateStore, policy: LoadedPolicy, rule: Configuration['activatePolicy']): Promise<void> {
  const active = await store.activePolicy();
  if (active === null || (rule === 'always' && active.digest !== policy.digest)) await activatePolicy(store, policy);
  else if (active.digest !== policy.digest) await store.keepPolicy(policy);
}
