// Reads JSON that means the same to every reader: valid UTF-8, no duplicate names, no `__proto__`, bounded depth.
import type { Fault } from '@promotable/contracts';
import { invalidInput } from './attest-error.ts';
import { maxDepth } from './canonical-faults.ts';
import { canonicalize } from './canonical-json.ts';

interface Scope {
  /** Names seen so far; null for an array. */
  readonly names: Set<string> | null;
  /** Where in the scope the scan is. */
  at: string | number;
  nameExpected: boolean;
}

/**
 * Parses JSON and refuses what parsers disagree about.
 * @throws {AttestError} `JSON_INVALID` with every duplicate name, `__proto__` name and excess of depth (128) by its path.
 */
export function parseStrictJson(input: string | Uint8Array): unknown {
  const text = typeof input === 'string' ? input : decode(input);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the input, which may hold secrets: it stays in `cause`.
    throw invalidInput('JSON_INVALID', 'JSON', [{ path: '', code: 'syntax', message: 'is not valid JSON' }], cause);
  }
  const faults = scan(text);
  if (faults.length > 0) throw invalidInput('JSON_INVALID', 'JSON', faults);
  return value;
}

/**
 * The value of bytes that are its RFC 8785 form; undefined for any others. Equal bytes leave no room for what parsers disagree about: a name
 * that occurs twice would come out once, and deeper than 128 nothing comes out.
 */
export function parseCanonicalJson(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    // A text that may hold this name is read by the scan, which tells names from values.
    return !text.includes('__proto__') && isCanonical(value, text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the text is the RFC 8785 form of what was parsed from it. `JSON.stringify` writes just that, but for the order of names, for names that
 * are integers, which it writes first, and for lone surrogates, which it escapes.
 */
function isCanonical(value: unknown, text: string): boolean {
  return JSON.stringify(value) === text && !text.includes('\\ud') ? isSorted(value, 0) : canonicalize(value) === text;
}

/** Whether all names are in the order of their UTF-16 code units, and nothing nests deeper than 128. */
function isSorted(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isSorted(value[index], depth + 1)) return false;
    return true;
  }
  let before: string | null = null;
  for (const name in value) {
    if (before !== null && before >= name) return false;
    before = name;
    if (!isSorted((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw invalidInput('JSON_INVALID', 'JSON', [{ path: '', code: 'encoding', message: 'is not valid UTF-8' }], cause);
  }
}

/** Walks text that `JSON.parse` has accepted, so only structure needs to be told from strings. */
function scan(text: string): Fault[] {
  const faults: Fault[] = [];
  const scopes: Scope[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    const scope = scopes.at(-1);
    if (character === '"') {
      const end = endOfString(text, index);
      if (scope?.nameExpected) enterName(scope, nameOf(text.slice(index, end + 1)), scopes, faults);
      index = end;
    } else if (character === '{' || character === '[') {
      if (scopes.length >= maxDepth)
        return [...faults, { path: pathOf(scopes), code: 'too_deep', message: `nests deeper than ${maxDepth}` }];
      scopes.push(character === '{' ? { names: new Set(), at: '', nameExpected: true } : { names: null, at: 0, nameExpected: false });
    } else if (character === '}' || character === ']') {
      scopes.pop();
    } else if (character === ',' && scope !== undefined) {
      if (scope.names === null) scope.at = Number(scope.at) + 1;
      else scope.nameExpected = true;
    }
  }
  return faults;
}

function enterName(scope: Scope, name: string, scopes: readonly Scope[], faults: Fault[]): void {
  scope.nameExpected = false;
  scope.at = name;
  if (name === '__proto__') faults.push({ path: pathOf(scopes), code: 'forbidden_name', message: 'is a name that no field may have' });
  if (scope.names?.has(name)) faults.push({ path: pathOf(scopes), code: 'duplicate_name', message: 'occurs twice in its object' });
  scope.names?.add(name);
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

function nameOf(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

function pathOf(scopes: readonly Scope[]): string {
  return scopes.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
