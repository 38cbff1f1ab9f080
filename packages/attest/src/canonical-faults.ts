// Says why a value has no canonical JSON form, with the path of each reason. Runs only after the fast path has refused.
import type { Fault } from '@promotable/contracts';

/** Deepest nesting that is written or read. */
export const maxDepth = 128;
const maxFaults = 100;

/** True for objects that hold data alone: an object literal, a parsed JSON object, or one without prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0;
}

/** Every reason, up to 100, in document order. */
export function canonicalFaults(value: unknown): Fault[] {
  const faults: Fault[] = [];
  const ancestors: object[] = [];
  const add = (path: string, code: string, message: string) => {
    if (faults.length < maxFaults) faults.push({ path, code, message });
  };
  const visit = (item: unknown, path: string): void => {
    if (faults.length >= maxFaults) return;
    if (typeof item === 'string') {
      if (!item.isWellFormed()) add(path, 'lone_surrogate', 'must be well-formed Unicode');
    } else if (typeof item === 'number') {
      if (!Number.isFinite(item)) add(path, 'not_finite', 'must be a finite number');
    } else if (typeof item === 'object' && item !== null) {
      visitObject(item, path);
    } else if (item !== null && typeof item !== 'boolean') {
      add(path, 'not_json', `must be a JSON value, not ${typeof item}`);
    }
  };
  const visitObject = (item: object, path: string): void => {
    if (ancestors.includes(item)) add(path, 'cycle', 'must not contain itself');
    else if (ancestors.length >= maxDepth) add(path, 'too_deep', `must not nest deeper than ${maxDepth}`);
    else visitMembers(item, path);
  };
  const visitMembers = (item: object, path: string): void => {
    ancestors.push(item);
    if (Array.isArray(item)) for (let index = 0; index < item.length; index++) visit(item[index], `${path}/${index}`);
    else if (!isPlainObject(item)) add(path, 'not_plain', 'must be a plain object without symbol keys');
    else for (const [name, member] of Object.entries(item)) visitMember(name, member, path);
    ancestors.pop();
  };
  const visitMember = (name: string, member: unknown, path: string): void => {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!name.isWellFormed()) add(at, 'lone_surrogate', 'name must be well-formed Unicode');
    visit(member, at);
  };
  visit(value, '');
  return faults;
}
