import { type FaultList, quoted } from '../fault-list.ts';

interface Level {
  readonly components: unknown;
  readonly path: string;
}

/**
 * The coordinate of every component of a CycloneDX `components` array, nested ones included: its purl, else `group/name@version`.
 * An absent array is an empty one. What is wrong is added to `faults`.
 */
export function componentCoordinates(components: unknown, faults: FaultList): string[] {
  const coordinates: string[] = [];
  // A list instead of recursion: depth is the sender's choice.
  const levels: Level[] = components === undefined ? [] : [{ components, path: '/components' }];
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    const { path } = level;
    if (!Array.isArray(level.components)) {
      faults.add(path, 'invalid_type', `must be an array, not ${quoted(level.components)}`);
      continue;
    }
    for (const [index, component] of (level.components as unknown[]).entries()) {
      const at = `${path}/${index}`;
      if (typeof component !== 'object' || component === null || Array.isArray(component)) {
        faults.add(at, 'invalid_type', 'must be an object');
        continue;
      }
      const fields = component as Record<string, unknown>;
      coordinates.push(coordinateOf(fields, at, faults));
      if (fields['components'] !== undefined) levels.push({ components: fields['components'], path: `${at}/components` });
    }
  }
  return coordinates;
}

function coordinateOf(component: Record<string, unknown>, path: string, faults: FaultList): string {
  const { type, name, purl, group, version } = component;
  if (typeof type !== 'string' || type === '') faults.add(`${path}/type`, 'required', 'must be a component type such as "library"');
  if (typeof name !== 'string' || name === '') faults.add(`${path}/name`, 'required', 'must be a name');
  for (const [field, value] of Object.entries({ purl, group, version })) {
    if (value !== undefined && typeof value !== 'string')
      faults.add(`${path}/${field}`, 'invalid_type', `must be a string, not ${quoted(value)}`);
  }
  for (const [field, value] of Object.entries({ name, purl, group, version })) {
    if (typeof value === 'string' && !value.isWellFormed()) faults.add(`${path}/${field}`, 'lone_surrogate', 'must be well-formed Unicode');
  }
  if (typeof purl === 'string' && purl !== '') {
    if (!purl.startsWith('pkg:')) faults.add(`${path}/purl`, 'invalid_format', `must start with "pkg:", not be ${quoted(purl)}`);
    return purl.toWellFormed();
  }
  const prefix = typeof group === 'string' && group !== '' ? `${group}/` : '';
  return `${prefix}${String(name)}@${typeof version === 'string' ? version : ''}`.toWellFormed();
}
