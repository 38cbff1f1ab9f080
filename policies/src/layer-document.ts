import { PoliciesError } from './policies-error.ts';
import type { Settings } from './settings.ts';
import { layerFaults } from './layer-faults.ts';

/** Every {@link LayerLevel}, from the top. */
export const layerLevels = ['organisation', 'tier', 'service', 'environment'] as const;
/** Where a layer stands; a lower one comes later. */
export type LayerLevel = (typeof layerLevels)[number];

/** One layer of settings. At most one document per level may apply to a service in an environment. */
export interface LayerDocument {
  readonly level: LayerLevel;
  /** Of the organisation's preset, the tier, the service, or the environment. */
  readonly name: string;
  /** A shipped organisation layer whose values and bounds stand where this one is silent; level `organisation` only. */
  readonly extends?: string;
  readonly description?: string;
  /** Refused in production. @default false */
  readonly developmentOnly?: boolean;
  /** Services that a tier or an environment applies to; `["*"]` = all. Required there, refused elsewhere. */
  readonly services?: readonly string[];
  readonly values: Partial<Settings>;
  /** How far lower layers may loosen; without one they may only tighten. */
  readonly bounds: Partial<Settings>;
}

/** Checks one layer document. @throws {PoliciesError} `LAYER_INVALID` with every fault and its path (RFC 6901) */
export function parseLayer(document: unknown, path = ''): LayerDocument {
  const faults = layerFaults(document, path);
  if (faults.length > 0) {
    const [first] = faults;
    throw new PoliciesError('LAYER_INVALID', `the layer document is not valid: ${first?.path} ${first?.message}`, { faults, status: 400 });
  }
  return document as LayerDocument;
}
