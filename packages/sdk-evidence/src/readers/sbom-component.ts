import { type FaultList, quoted } from '../fault-list.ts';

/**
 * A component with all that makes it another one when it changes, as RFC 8785 text of `[coordinate, hashes, licences]`: hashes as
 * `<ALGORITHM>:<hex>` and licences, each sorted and distinct.
 */
export function componentText(coordinate: string, hashes: readonly string[], licences: readonly string[]): string {
  // Lists of well-formed strings alone: JSON.stringify writes their RFC 8785 form.
  return JSON.stringify([coordinate, hashes, licences]);
}

/** What an entry says of its name, before it is one coordinate. */
export interface NameFields {
  readonly name: unknown;
  readonly purl: unknown;
  readonly group?: unknown;
  readonly version: unknown;
}

/** The coordinate of an entry; what is wrong with a field is added to `faults` under the field's path in `paths`, else under its own name. */
export function coordinateOf(
  fields: NameFields,
  at: () => string,
  faults: FaultList,
  paths: Readonly<Record<string, string>> = {},
): string {
  const { name, purl, group, version } = fields;
  // Of a hundred thousand components hardly one has a fault, so one look must do.
  if (!isSound(fields)) addNameFaults(fields, (field, code, message) => faults.add(`${at()}/${paths[field] ?? field}`, code, message));
  if (typeof purl === 'string' && purl !== '') return purl.toWellFormed();
  const prefix = typeof group === 'string' && group !== '' ? `${group}/` : '';
  return `${prefix}${typeof name === 'string' ? name : ''}@${typeof version === 'string' ? version : ''}`.toWellFormed();
}

function isSound({ name, purl, group, version }: NameFields): boolean {
  if (typeof name !== 'string' || name === '' || !isText(name)) return false;
  return isText(purl) && isText(group) && isText(version) && (typeof purl !== 'string' || purl === '' || purl.startsWith('pkg:'));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' ? value.isWellFormed() : value === undefined || value === null;
}

function addNameFaults({ name, purl, group, version }: NameFields, fault: (field: string, code: string, message: string) => void): void {
  if (typeof name !== 'string' || name === '') fault('name', 'required', 'must be a name');
  for (const [field, value] of [
    ['name', name],
    ['purl', purl],
    ['group', group],
    ['version', version],
  ] as const) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') {
      if (field !== 'name') fault(field, 'invalid_type', `must be a string, not ${quoted(value)}`);
    } else if (!value.isWellFormed()) fault(field, 'lone_surrogate', 'must be well-formed Unicode');
  }
  if (typeof purl === 'string' && purl !== '' && !purl.startsWith('pkg:'))
    fault('purl', 'invalid_format', `must start with "pkg:", not be ${quoted(purl)}`);
}

/** A JSON object, or null with a fault. */
export function objectAt(value: unknown, at: () => string, faults: FaultList): Record<string, unknown> | null {
  if (isObject(value)) return value;
  faults.add(at(), 'invalid_type', 'must be an object');
  return null;
}

/** A hash as `<ALGORITHM>:<hex>`, `SHA-256` and `sha256` being one; null where either part is no text. */
export function hashText(algorithm: unknown, hex: unknown): string | null {
  if (typeof algorithm !== 'string' || typeof hex !== 'string') return null;
  return `${algorithm.replace('-', '').toUpperCase()}:${hex.toLowerCase()}`;
}

/** Texts, sorted and distinct. */
export function sortedTexts(texts: readonly unknown[]): string[] {
  const kept: string[] = [];
  for (const text of texts) if (typeof text === 'string' && text !== '') kept.push(text.toWellFormed());
  return kept.length < 2 ? kept : [...new Set(kept)].sort();
}

/** The objects of a list; anything else is none. */
export function objectsOf(list: unknown): Record<string, unknown>[] {
  if (!Array.isArray(list)) return [];
  return list.every(isObject) ? list : list.filter(isObject);
}

/** No list, and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
