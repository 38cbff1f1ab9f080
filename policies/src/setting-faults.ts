import { type Fault, Stage } from '@promotable/contracts';
import { itemLevels, permissions, type SettingName, settingCatalog } from './settings.ts';

/** Everything wrong with one stated value of a setting; a setting that the catalog does not have is refused. */
export function settingFaults(name: string, value: unknown, path: string): Fault[] {
  if (!Object.hasOwn(settingCatalog, name)) return [{ path, code: 'unknown_setting', message: 'is not a known setting' }];
  const definition = settingCatalog[name as SettingName];
  if (definition.perStage === true) return stageFaults(value, path);
  if (definition.tighter === 'true')
    return typeof value === 'boolean' ? [] : [{ path, code: 'invalid_type', message: 'must be true or false' }];
  if (definition.tighter === 'superset') {
    const isList = Array.isArray(value) && value.every((entry) => Stage.safeParse(entry).success) && new Set(value).size === value.length;
    return isList ? [] : [{ path, code: 'invalid_value', message: 'must be a list of distinct stages' }];
  }
  if (definition.tighter === 'level') return wordFaults(itemLevels, value, path);
  if (definition.tighter === 'permission') return wordFaults(permissions, value, path);
  if (value === null) return definition.nullable === true ? [] : [{ path, code: 'invalid_type', message: 'must not be null' }];
  if (definition.tighter === 'subset') return nameFaults(value, path);
  return numberFaults(name, value, path);
}

function wordFaults(words: readonly string[], value: unknown, path: string): Fault[] {
  return words.some((word) => word === value) ? [] : [{ path, code: 'invalid_value', message: `must be ${words.join(', ')}` }];
}

function nameFaults(value: unknown, path: string): Fault[] {
  const isList = Array.isArray(value) && value.every(isName) && new Set(value).size === value.length;
  return isList ? [] : [{ path, code: 'invalid_value', message: 'must be a list of distinct names, each with "*" at its end only' }];
}

/** A star alone would stand for everything, which `null` says more plainly. */
function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 512 && /^[^*]+\*?$/.test(name);
}

function stageFaults(value: unknown, path: string): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path, code: 'invalid_type', message: 'must be an object from stage to number' }];
  const stages = Object.entries(value);
  if (stages.length === 0) return [{ path, code: 'too_small', message: 'must name at least one stage' }];
  return stages.flatMap(([stage, figure]) => {
    const at = `${path}/${stage.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return Stage.safeParse(stage).success ? numberFaults('', figure, at) : [{ path: at, code: 'invalid_value', message: 'is not a stage' }];
  });
}

function numberFaults(name: string, value: unknown, path: string): Fault[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return [{ path, code: 'invalid_type', message: 'must be a finite number' }];
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return [{ path, code: 'out_of_range', message: 'must be between 0 and 2^53 - 1' }];
  // No number of requests can show an error budget of 0 kept; one of 1 allows everything. A millionth needs 2,995,731 requests.
  if (name === 'errorRateBudget' && (value < 0.000001 || value >= 1))
    return [{ path, code: 'out_of_range', message: 'must be at least 0.000001 and below 1' }];
  if (name === 'lineCoverageFloor' && value > 1) return [{ path, code: 'out_of_range', message: 'must be between 0 and 1' }];
  if (name.endsWith('Factor') && value < 1) return [{ path, code: 'out_of_range', message: 'must be at least 1' }];
  return [];
}
