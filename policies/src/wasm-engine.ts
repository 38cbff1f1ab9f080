import { createRequire } from 'node:module';
import { PolicyReason, PolicyResult } from '@promotable/contracts';
import { entrypoints } from './entrypoints.ts';
import type { Policy } from './load-policy.ts';
import { PoliciesError } from './policies-error.ts';
import type { EffectiveThresholds, PolicyEngine } from './policy-engine.ts';
import { settingCatalog } from './settings.ts';

/** Bounds of an engine. */
export interface WasmEngineOptions {
  /** Memory of the WASM instance above which it is replaced, in bytes: it never shrinks by itself. @default 64 MiB */
  readonly maxMemoryBytes?: number;
}

// Its ESM entry leaves out `loadPolicySync`, without which a worn instance could not be replaced between two evaluations.
const opa = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as typeof import('@open-policy-agent/opa-wasm');
type Loaded = ReturnType<typeof opa.loadPolicySync>;

/** An engine over the policy's WASM; evaluates synchronously. @throws {PoliciesError} `POLICY_FAILED` when the WASM cannot be loaded */
export async function createWasmEngine(policy: Policy, options: WasmEngineOptions = {}): Promise<PolicyEngine> {
  const maxMemoryBytes = options.maxMemoryBytes ?? 64 * 1024 * 1024;
  let loaded = guarded(() => load(policy));

  function ask(entrypoint: string, input: unknown): unknown {
    let sound = false;
    try {
      const answers = guarded(() => loaded.evaluate(textOf(input), entrypoint) as unknown);
      sound = memoryOf(loaded).byteLength <= maxMemoryBytes;
      return answerOf(entrypoint, answers);
    } finally {
      // After a trap the instance's memory is in no known state.
      if (!sound) loaded = guarded(() => load(policy));
    }
  }

  return {
    evaluate(entrypoint, facts) {
      const parsed = PolicyResult.safeParse(ask(entrypoint, facts));
      if (!parsed.success)
        throw new PoliciesError('POLICY_RESULT_INVALID', `${entrypoint} answered with another shape`, { cause: parsed.error });
      return parsed.data;
    },
    thresholds(service, environment) {
      return thresholdsOf(service, environment, ask(entrypoints.thresholds, { service, environment }));
    },
  };
}

/** OPA takes JSON text as the buffer that holds nothing else. */
function textOf(input: unknown): unknown {
  if (!(input instanceof Uint8Array)) return input;
  const { buffer, byteLength } = input;
  return buffer.byteLength === byteLength && buffer instanceof ArrayBuffer ? buffer : Uint8Array.from(input).buffer;
}

function answerOf(entrypoint: string, answers: unknown): unknown {
  if (!Array.isArray(answers) || answers.length !== 1)
    throw new PoliciesError('POLICY_RESULT_INVALID', `${entrypoint} is undefined for these facts`);
  return (answers[0] as { result?: unknown }).result;
}

function load(policy: Policy): Loaded {
  const loaded = opa.loadPolicySync(policy.wasm);
  loaded.setData(policy.data);
  return loaded;
}

/** opa-wasm throws strings and plain objects; a trap leaves a WebAssembly error. All become one coded error. */
function guarded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new PoliciesError('POLICY_FAILED', 'the policy engine failed', { cause });
  }
}

function thresholdsOf(service: string, environment: string, answer: unknown): EffectiveThresholds {
  const { settings, warnings } = (answer ?? {}) as { settings?: Record<string, { value: unknown; layer: unknown }>; warnings?: unknown };
  const names = Object.keys(settingCatalog);
  const parsed = PolicyReason.array().safeParse(warnings);
  if (settings === undefined || !parsed.success || names.some((name) => settings[name]?.value === undefined)) {
    throw new PoliciesError('POLICY_RESULT_INVALID', 'the thresholds are incomplete', { cause: parsed.error });
  }
  const pick = (field: 'value' | 'layer') => Object.fromEntries(names.map((name) => [name, settings[name]?.[field]]));
  return {
    service,
    environment,
    values: pick('value') as unknown as EffectiveThresholds['values'],
    layers: pick('layer') as EffectiveThresholds['layers'],
    warnings: parsed.data,
  };
}

/** `WebAssembly.Memory` is a type of the DOM library, which is not loaded. */
function memoryOf({ mem }: { readonly mem: unknown }): ArrayBuffer {
  return (mem as { readonly buffer: ArrayBuffer }).buffer;
}
