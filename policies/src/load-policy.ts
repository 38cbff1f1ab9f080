import { digestOf, sha256Hex } from '@promotable/attest';
import { bundleBytes, bundleJson } from './bundle-file.ts';
import type { Entrypoint } from './entrypoints.ts';
import { layerPresets, type PresetName } from './layer-presets.ts';
import { type LayerDocument, parseLayer } from './layer-document.ts';
import { type LoadedLayer, stackLayers } from './layer-stack.ts';
import { minimumSamples } from './minimum-samples.ts';
import { PoliciesError } from './policies-error.ts';
import { type SettingDefinition, settingCatalog } from './settings.ts';

/** Which layers apply, and where. */
export interface LoadPolicyOptions {
  /** The organisation's layer: the name of a shipped one or a document of its own. @default 'standard' */
  readonly layer?: PresetName | LayerDocument;
  /** Layers below it, in any order. @default [] */
  readonly overrides?: readonly LayerDocument[];
  /** Whether this is production, where layers made for development are refused. */
  readonly production: boolean;
}

/** Data that the policy reads, under `data.configuration`. */
export interface PolicyData {
  readonly configuration: {
    readonly settings: Readonly<Record<string, SettingDefinition>>;
    readonly layers: readonly LoadedLayer[];
    readonly samples: {
      readonly p95: number;
      readonly p99: number;
      readonly errorRate: readonly { readonly budget: number; readonly samples: number }[];
    };
    readonly shapes: Readonly<Record<string, unknown>>;
  };
}

/** A policy as it is kept, content-addressed, and exported with every decision. */
export interface Policy {
  /** Name of the organisation's layer. */
  readonly layer: string;
  readonly wasm: Uint8Array;
  /** sha256 of `wasm`, lowercase hex. */
  readonly wasmDigest: string;
  readonly data: PolicyData;
  /** Policy digest: sha256 of RFC 8785 {wasm: wasmDigest, data, entrypoint}, lowercase hex. */
  digest(entrypoint: Entrypoint): string;
}

/**
 * Loads the shipped policy with its layers checked.
 * @throws {PoliciesError} `LAYER_UNKNOWN`, `LAYER_INVALID` (every fault), `LAYER_DEVELOPMENT_ONLY`, `BUNDLE_UNREADABLE`
 */
export function loadPolicy(options: LoadPolicyOptions): Policy {
  const layer = options.layer ?? 'standard';
  const organisation = typeof layer === 'string' ? preset(layer) : parseLayer(layer);
  const layers = stackLayers(organisation, options.overrides ?? [], preset);
  const forDevelopment = layers.find((document) => document.developmentOnly);
  if (options.production && forDevelopment !== undefined) {
    throw new PoliciesError(
      'LAYER_DEVELOPMENT_ONLY',
      `the layer "${forDevelopment.name}" is made for development and refused in production: choose another one, e.g. standard`,
      { status: 400 },
    );
  }
  const wasm = bundleBytes('bundle/policy.wasm');
  return policyOf(organisation.name, wasm, {
    configuration: { settings: settingCatalog, layers, samples: samplesOf(layers), shapes: bundleJson('bundle/shapes.json') },
  });
}

/** A policy from its parts, e.g. those of an exported decision. */
export function policyOf(layer: string, wasm: Uint8Array, data: PolicyData): Policy {
  const wasmDigest = sha256Hex(wasm);
  return { layer, wasm, wasmDigest, data, digest: (entrypoint) => digestOf({ wasm: wasmDigest, data, entrypoint }) };
}

function preset(name: string): LayerDocument {
  const document = Object.hasOwn(layerPresets, name) ? layerPresets[name as PresetName] : undefined;
  if (document === undefined)
    throw new PoliciesError('LAYER_UNKNOWN', `there is no layer "${name}": there are ${Object.keys(layerPresets).join(', ')}`, {
      status: 400,
    });
  return document;
}

function samplesOf(layers: readonly LoadedLayer[]): PolicyData['configuration']['samples'] {
  const budgets = new Set(layers.flatMap((layer) => layer.values.errorRateBudget ?? []));
  return {
    p95: minimumSamples(0.05),
    p99: minimumSamples(0.01),
    errorRate: [...budgets].sort((a, b) => a - b).map((budget) => ({ budget, samples: minimumSamples(budget) })),
  };
}
