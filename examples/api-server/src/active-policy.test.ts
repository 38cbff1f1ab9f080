import { memoryGateStore } from '@promotable/gate/server';
import { expect, it } from 'vitest';
import { announcePolicy, loadConfiguredPolicy } from './active-policy.ts';
import { readConfiguration } from './configuration.ts';

const standard = await loadConfiguredPolicy(readConfiguration([], {}));
const strict = await loadConfiguredPolicy(readConfiguration([], { PROMOTABLE_POLICY_LAYER: 'strict' }));

it('the first policy becomes the active one, whatever the rule', async () => {
  const store = memoryGateStore();
  await announcePolicy(store, standard, 'if-none');
  expect(await store.activePolicy()).toMatchObject({ digest: standard.digest, revision: 1 });
});

it('another policy replaces it where this process may, and is only kept where it may not', async () => {
  const store = memoryGateStore();
  await announcePolicy(store, standard, 'always');
  await announcePolicy(store, strict, 'if-none');
  expect(await store.activePolicy()).toMatchObject({ digest: standard.digest, revision: 1 });
  expect((await store.policy(strict.digest))?.layer).toBe('strict');
  await announcePolicy(store, strict, 'always');
  expect(await store.activePolicy()).toMatchObject({ digest: strict.digest, revision: 2 });
});

it('the same policy again changes nothing', async () => {
  const store = memoryGateStore();
  for (let start = 0; start < 3; start += 1) await announcePolicy(store, standard, 'always');
  expect(await store.activePolicy()).toMatchObject({ revision: 1 });
});
