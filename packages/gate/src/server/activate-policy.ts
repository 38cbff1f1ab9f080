import type { ActivePolicy, GateStore, KeptPolicy } from './gate-store.ts';

/** Keeps a policy under its digest and makes it the active one; replicas that have loaded another are not ready from then on. */
export async function activatePolicy(store: Pick<GateStore, 'keepPolicy' | 'activatePolicy'>, policy: KeptPolicy): Promise<ActivePolicy> {
  await store.keepPolicy(policy);
  return store.activatePolicy(policy.digest);
}
