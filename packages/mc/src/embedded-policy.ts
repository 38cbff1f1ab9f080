import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LayerDocument, LoadPolicyOptions, Policy, PolicyEngine } from '@promotable/policies';
import { collect, inGroup } from './command.ts';
import { readText } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

export interface LayerOptions {
  readonly layer?: string;
  readonly layerFile?: string[];
}

/** Adds the options that choose the layers of the policy that comes with `mc`. */
export function withLayer(command: Command): Command {
  return inGroup(command, 'Thresholds and limits:', (group) =>
    group
      .option('--layer <name>', 'shipped layer of the organisation: standard, strict, maestro or demo (env PROMOTABLE_POLICY_LAYER)')
      .option('--layer-file <file>', 'a layer of your own below it (JSON); may be repeated', collect),
  );
}

/** The policy that comes with `mc`, with the layers asked for. */
export async function embeddedPolicy(io: Io, options: LayerOptions): Promise<{ policy: Policy; engine: PolicyEngine }> {
  const [{ loadPolicy }, { createWasmEngine }] = await Promise.all([import('@promotable/policies'), import('@promotable/policies/wasm')]);
  const layer = options.layer ?? io.env['PROMOTABLE_POLICY_LAYER'] ?? 'standard';
  const overrides = await Promise.all((options.layerFile ?? []).map((path) => layerOf(io, path)));
  const policy = loadPolicy({
    layer: layer as NonNullable<LoadPolicyOptions['layer']>,
    overrides,
    production: io.env['NODE_ENV'] === 'production',
  });
  return { policy, engine: await createWasmEngine(policy) };
}

async function layerOf(io: Io, path: string): Promise<LayerDocument> {
  const text = await readText(resolve(io.cwd, path), 'the layer');
  try {
    // `loadPolicy` checks it, with every fault.
    return JSON.parse(text) as LayerDocument;
  } catch (cause) {
    throw new McError('USAGE', `The layer at ${path} is no JSON.`, { cause });
  }
}
