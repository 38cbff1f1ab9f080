import type { EvidencePredicate } from '@promotable/contracts';
import { escapePointer } from '../json-pointer.ts';
import { redactText } from './redact-text.ts';

type Redaction = EvidencePredicate['redactions'][number];

/** A value without secrets and the list of what was replaced, paths as JSON Pointers from the given root. */
export interface RedactedValue<T> {
  readonly value: T;
  readonly redactions: readonly Redaction[];
}

/**
 * Scans every string of a JSON value, however deep, and replaces what {@link redactText} finds. The input is not changed.
 * Names of fields are fixed by the schemas and not scanned.
 */
export function redactValue<T>(value: T, path = ''): RedactedValue<T> {
  const redactions: Redaction[] = [];
  return { value: walk(value, path, redactions) as T, redactions };
}

function walk(value: unknown, path: string, redactions: Redaction[]): unknown {
  if (typeof value === 'string') {
    const { text, rules } = redactText(value);
    for (const rule of rules) redactions.push({ path, rule });
    return text;
  }
  if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}/${index}`, redactions));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, walk(inner, `${path}/${escapePointer(name)}`, redactions)]),
    );
  }
  return value;
}
