// RFC 8785 (JSON Canonicalization Scheme): one byte sequence per JSON value. Refuses what JSON cannot say instead of dropping it.
import { invalidInput } from './attest-error.ts';
import { canonicalFaults, isPlainObject, maxDepth } from './canonical-faults.ts';
import { keyOrderOf } from './key-order.ts';

/** Control characters, quote, backslash, and surrogates, which may be lone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8785 escapes exactly these
const needsCare = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Thrown on the fast path, which tracks no paths; the slow path then finds every fault. */
const refusal = new Error('refused');

/**
 * The RFC 8785 text of a JSON value; nesting at most 128 deep.
 * @throws {AttestError} `CANONICAL_JSON_INVALID` with every fault for NaN, infinities, BigInt, `undefined`, functions, symbols,
 * lone surrogates, objects that are not plain, cycles and excessive depth.
 */
export function canonicalize(value: unknown): string {
  try {
    return write(value, 0);
  } catch (error) {
    if (error !== refusal) throw error;
    throw invalidInput('CANONICAL_JSON_INVALID', 'value has no canonical JSON form:', canonicalFaults(value));
  }
}

/** UTF-8 bytes of {@link canonicalize}. */
export function canonicalBytes(value: unknown): Uint8Array {
  return Buffer.from(canonicalize(value), 'utf8');
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw refusal;
      // ECMAScript's shortest round-trip form is RFC 8785's; -0 becomes 0.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= maxDepth) throw refusal;
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value as Record<string, unknown>, depth + 1);
    default:
      throw refusal;
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += ',';
    text += write(items[index], depth);
  }
  return `${text}]`;
}

function writeObject(object: Record<string, unknown>, depth: number): string {
  if (!isPlainObject(object)) throw refusal;
  const names = Object.keys(object);
  if (names.length === 0) return '{}';
  const order = keyOrderOf(names);
  if (order === null) throw refusal;
  const { sorted, heads } = order;
  let text = '';
  for (let index = 0; index < sorted.length; index++) text += (heads[index] as string) + write(object[sorted[index] as string], depth);
  return `${text}}`;
}

function quote(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw refusal;
  return JSON.stringify(text);
}
