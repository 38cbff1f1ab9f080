import { bundleJson } from './bundle-file.ts';
import { type LayerDocument, parseLayer } from './layer-document.ts';

/** Every {@link PresetName}. */
export const presetNames = ['standard', 'strict', 'maestro', 'demo'] as const;
/** Name of a shipped organisation layer. */
export type PresetName = (typeof presetNames)[number];

/** The shipped organisation layers. */
export const layerPresets = Object.fromEntries(
  presetNames.map((name) => [name, parseLayer(bundleJson(`data/layers/${name}.json`))]),
) as Readonly<Record<PresetName, LayerDocument>>;
