// Reads JSON from outside within bounds; knows nothing of what it means.
import type { Fault } from '@promotable/contracts';
import { ServerKitError } from './server-kit-error.ts';

export interface JsonBounds {
  /** How deep objects and arrays may nest. @default 32 */
  readonly maxDepth?: number;
  /** How many values (keys and elements) there may be in all. @default 100_000 */
  readonly maxValues?: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON bytes and refuses what would harm later code: too deep, too many values, keys that reach prototypes.
 * @throws ServerKitError `EMPTY_BODY`, `MALFORMED_JSON`, `JSON_TOO_DEEP`, `JSON_TOO_LARGE`, `FORBIDDEN_KEY` (400; 413 for too many values)
 */
export function parseJson(bytes: Uint8Array, bounds: JsonBounds = {}): unknown {
  if (bytes.length === 0) throw new ServerKitError('EMPTY_BODY', 'A JSON body is required.', { status: 400 });
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    // The parser's message quotes the input, which may hold a secret.
    throw new ServerKitError('MALFORMED_JSON', 'The body is not valid JSON in UTF-8.', { status: 400 });
  }
  inspect(value, { maxDepth: bounds.maxDepth ?? 32, maxValues: bounds.maxValues ?? 100_000 });
  return value;
}

function inspect(root: unknown, { maxDepth, maxValues }: Required<JsonBounds>): void {
  const forbidden: Fault[] = [];
  /** Keys from the root to where the walk is; few documents have a fault, so a path is written for a fault alone. */
  const keysTo: string[] = [];
  let values = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (keysTo.length >= maxDepth) throw new ServerKitError('JSON_TOO_DEEP', `JSON may nest ${maxDepth} levels deep.`, { status: 400 });
    const keys = Object.keys(value);
    values += keys.length;
    if (values > maxValues) throw new ServerKitError('JSON_TOO_LARGE', `JSON may hold ${maxValues} values.`, { status: 413 });
    for (const key of keys) {
      const child = (value as Record<string, unknown>)[key];
      keysTo.push(key);
      if (!reachesPrototype(value, key, child)) visit(child);
      else if (forbidden.length < 20)
        forbidden.push({ path: pointerTo(keysTo).slice(0, 256), code: 'forbidden_key', message: 'is not an allowed key' });
      keysTo.pop();
    }
  };
  visit(root);
  if (forbidden.length > 0)
    throw new ServerKitError('FORBIDDEN_KEY', 'The body has keys that are not allowed.', { status: 400, faults: forbidden });
}

function pointerTo(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function reachesPrototype(holder: object, key: string, child: unknown): boolean {
  if (Array.isArray(holder)) return false;
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof child === 'object' && child !== null && Object.hasOwn(child, 'prototype');
}
