// The policy
export { loadPolicy, policyOf } from './load-policy.ts';
export { entrypoints } from './entrypoints.ts';
// Layers and settings
export { layerLevels, parseLayer } from './layer-document.ts';
export { layerPresets, presetNames } from './layer-presets.ts';
export { settingCatalog } from './settings.ts';
export { minimumSamples } from './minimum-samples.ts';
// Reasons
export { reasonCatalog } from './reason-catalog.ts';
export { reasonOf, renderReason } from './render-reason.ts';
export { PoliciesError } from './policies-error.ts';

export type { DecisionEntrypoint, Entrypoint } from './entrypoints.ts';
export type { LayerDocument, LayerLevel } from './layer-document.ts';
export type { PresetName } from './layer-presets.ts';
export type { LoadedLayer } from './layer-stack.ts';
export type { LoadPolicyOptions, Policy, PolicyData } from './load-policy.ts';
export type { PoliciesErrorCode } from './policies-error.ts';
export type { EffectiveThresholds, PolicyEngine } from './policy-engine.ts';
export type { ReasonEntry } from './reason-catalog.ts';
export type { SettingDefinition, SettingName, Settings, Tightening } from './settings.ts';
