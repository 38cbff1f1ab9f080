import type { Fault } from '@promotable/contracts';
import { type LayerDocument, parseLayer } from './layer-document.ts';
import { PoliciesError } from './policies-error.ts';
import { settingCatalog } from './settings.ts';

/** A layer as the policy reads it: every field there. */
export type LoadedLayer = Required<Pick<LayerDocument, 'level' | 'name' | 'developmentOnly' | 'services' | 'values' | 'bounds'>>;

/**
 * The organisation's layer, complete, and the layers below it, in a stable order.
 * @throws {PoliciesError} `LAYER_INVALID` when a setting has no value, or two layers of a level apply to one question
 */
export function stackLayers(
  organisation: LayerDocument,
  below: readonly unknown[],
  preset: (name: string) => LayerDocument,
): LoadedLayer[] {
  const faults: Fault[] = [];
  const base = complete(organisation, preset);
  if (base.level !== 'organisation') faults.push({ path: '/layer/level', code: 'invalid_value', message: 'must be organisation' });
  for (const name of Object.keys(settingCatalog)) {
    if (!Object.hasOwn(base.values, name))
      faults.push({ path: `/layer/values/${name}`, code: 'missing', message: 'is required, for nothing stands above the organisation' });
  }
  const layers = below.map((document, index) => {
    const path = `/overrides/${index}`;
    const layer = complete(parseLayer(document, path), preset);
    if (layer.level === 'organisation')
      faults.push({ path: `${path}/level`, code: 'invalid_value', message: 'must lie below organisation' });
    return layer;
  });
  faults.push(...overlaps(layers));
  if (faults.length > 0)
    throw new PoliciesError('LAYER_INVALID', `the layers do not fit: ${faults[0]?.path} ${faults[0]?.message}`, { faults, status: 400 });
  return [base, ...layers.sort((a, b) => compare(placeOf(a), placeOf(b)))];
}

function placeOf({ level, name, services }: LoadedLayer): string {
  return JSON.stringify([level, name, services]);
}

function complete(document: LayerDocument, preset: (name: string) => LayerDocument): LoadedLayer {
  const base =
    document.extends === undefined ? { values: {}, bounds: {}, developmentOnly: false } : complete(preset(document.extends), preset);
  return {
    level: document.level,
    name: document.name,
    developmentOnly: document.developmentOnly ?? base.developmentOnly,
    services: document.services ?? [],
    values: { ...base.values, ...document.values },
    bounds: { ...base.bounds, ...document.bounds },
  };
}

/** Two layers of one level that could apply to one question: which of them counts would be chance. */
function overlaps(layers: readonly LoadedLayer[]): Fault[] {
  return layers.flatMap((layer, index) => {
    const rival = layers.findIndex((other, at) => at < index && collide(layer, other));
    return rival < 0
      ? []
      : [{ path: `/overrides/${index}`, code: 'overlap', message: `applies to the same question as /overrides/${rival}` }];
  });
}

function collide(a: LoadedLayer, b: LoadedLayer): boolean {
  if (a.level !== b.level) return false;
  if (a.level === 'service') return a.name === b.name;
  if (a.level === 'environment' && a.name !== b.name) return false;
  return a.services.includes('*') || b.services.includes('*') || a.services.some((service) => b.services.includes(service));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
