import { createHmac } from 'node:crypto';
import { canonicalBytes } from '@promotable/attest';
import type { Redaction as StatedRedaction } from '@promotable/contracts';
import { escapePointer } from '../json-pointer.ts';
import { pathMatcher } from './path-matcher.ts';
import { markOf, redactBy } from './redact-text.ts';
import type { RedactionRules } from './redaction-rules.ts';
import { redactionRules } from './rules.ts';

/** One entry of a statement's `redactions`. */
export type Redaction = StatedRedaction;

/** A value without secrets and the list of what was replaced, paths as JSON Pointers from the given root. */
export interface RedactedValue<T> {
  readonly value: T;
  readonly redactions: readonly Redaction[];
}

/** What is taken out besides secrets, and who can prove it afterwards. */
export interface RedactionOptions {
  /** @default no paths, every detector */
  readonly rules?: RedactionRules | undefined;
  /** At least 32 bytes; with it each redaction gets a `keyedDigest`. @default none */
  readonly auditorKey?: Uint8Array | undefined;
}

/** Where a single word is opaque by nature: a guess about random text would take one run, finding or version for another. */
const identifiers = [
  '/subject/*/digest/**',
  '/predicate/run/id',
  '/predicate/values/*/findings/**',
  '/predicate/values/*/sourceDigest',
  '/predicate/values/*/specVersion',
  '/predicate/values/*/scanner/**',
].map(pathMatcher);

/**
 * Scans every string of a JSON value, however deep, and replaces what the rules name and the detectors find. The input is not changed.
 * Names of fields are fixed by the schemas and not scanned.
 */
export function redactValue<T>(value: T, { rules, auditorKey }: RedactionOptions = {}): RedactedValue<T> {
  const redactions: Redaction[] = [];
  const byPath = (rules?.paths ?? []).map(({ path, rule }) => ({ matches: pathMatcher(`${path}/**`), rule }));
  const asked = redactionRules.filter(({ name }) => rules?.off.includes(name) !== true);
  const certain = asked.filter(({ name }) => name !== 'high-entropy');
  const inPurls = certain.filter(({ name }) => name !== 'email');

  function redact(text: string, path: string): string {
    const named = byPath.find(({ matches }) => matches(path));
    const found =
      named === undefined
        ? redactBy(isPurl(text, path) ? inPurls : isIdentifier(text, path) ? certain : asked, text)
        : { text: markOf(named.rule), rules: [named.rule] };
    const proof =
      found.rules.length > 0 && auditorKey !== undefined ? { keyedDigest: keyedDigestOf({ path, value: text }, auditorKey) } : {};
    for (const rule of found.rules) redactions.push({ path, rule, ...proof });
    return found.text;
  }

  function walk(inner: unknown, path: string): unknown {
    if (typeof inner === 'string') return redact(inner, path);
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, `${path}/${index}`));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, walk(item, `${path}/${escapePointer(name)}`)]));
  }

  return { value: walk(value, '') as T, redactions };
}

const purlOfFinding = pathMatcher('/predicate/values/*/findings/*/purl');

/** `spring-core@5.2.0.RELEASE` looks like an address; a finding whose package was redacted could neither be found nor waived. */
function isPurl(text: string, path: string): boolean {
  return /^pkg:[^\s]+$/.test(text) && purlOfFinding(path);
}

function isIdentifier(text: string, path: string): boolean {
  return !/\s/.test(text) && identifiers.some((matches) => matches(path));
}

/** What proves that `value` stood at `path`: HMAC-SHA-256 of RFC 8785 `{path, value}`, lowercase hex. */
export function keyedDigestOf({ path, value }: { readonly path: string; readonly value: string }, auditorKey: Uint8Array): string {
  // Lone surrogates have no canonical form; what cannot be signed cannot be proven either, and is made well-formed.
  return createHmac('sha256', auditorKey)
    .update(canonicalBytes({ path, value: value.toWellFormed() }))
    .digest('hex');
}
