import type { PolicyLoader } from '@promotable/gate';
import type { Entrypoint, PolicyData } from '@promotable/policies';
import { policyOf } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';

/** An engine from the very bytes that a decision record carries; its digest is computed from them, never copied. */
export const replayPolicy: PolicyLoader = async ({ layer, wasm, data, entrypoint }) => {
  const policy = policyOf(layer, Buffer.from(wasm, 'base64'), data as unknown as PolicyData);
  const engine = await createWasmEngine(policy);
  return {
    digest: policy.digest(entrypoint as Entrypoint),
    evaluate: (name, facts) => engine.evaluate(name as Parameters<typeof engine.evaluate>[0], facts),
  };
};
