import type { Fault } from '@promotable/contracts';
import { settingFaults } from './setting-faults.ts';

const levels = ['organisation', 'tier', 'service', 'environment'];
const known = new Set(['level', 'name', 'extends', 'description', 'developmentOnly', 'services', 'values', 'bounds']);

/** Everything wrong with one layer document. */
export function layerFaults(document: unknown, path: string): Fault[] {
  if (!isRecord(document)) return [{ path, code: 'invalid_type', message: 'must be an object' }];
  const faults: Fault[] = [];
  const fault = (field: string, code: string, message: string) => faults.push({ path: `${path}/${pointer(field)}`, code, message });
  for (const field of Object.keys(document)) if (!known.has(field)) fault(field, 'unrecognized_key', 'is not a known field');
  const { level } = document;
  if (typeof level !== 'string' || !levels.includes(level)) fault('level', 'invalid_value', `must be one of ${levels.join(', ')}`);
  if (!isName(document['name'])) fault('name', 'invalid_value', 'must be 1 to 128 letters, digits, ".", "_" or "-"');
  if (document['extends'] !== undefined && (level !== 'organisation' || !isName(document['extends'])))
    fault('extends', 'invalid_value', 'must name a shipped layer, on level organisation only');
  if (document['description'] !== undefined && typeof document['description'] !== 'string')
    fault('description', 'invalid_type', 'must be a string');
  if (document['developmentOnly'] !== undefined && typeof document['developmentOnly'] !== 'boolean')
    fault('developmentOnly', 'invalid_type', 'must be true or false');
  const scoped = level === 'tier' || level === 'environment';
  if (scoped && !isServices(document['services'])) fault('services', 'invalid_value', 'must be ["*"] or a list of distinct service names');
  if (!scoped && document['services'] !== undefined)
    fault('services', 'unrecognized_key', 'belongs to the levels tier and environment only');
  for (const part of ['values', 'bounds'] as const) {
    const stated = document[part];
    if (!isRecord(stated)) fault(part, 'invalid_type', 'must be an object');
    else faults.push(...Object.entries(stated).flatMap(([name, value]) => settingFaults(name, value, `${path}/${part}/${pointer(name)}`)));
  }
  return faults;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/.test(value);
}

function isServices(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false;
  return (value.length === 1 && value[0] === '*') || value.every(isName);
}

function pointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
