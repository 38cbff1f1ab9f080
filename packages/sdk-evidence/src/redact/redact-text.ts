import { type RedactionRule, redactionRules } from './rules.ts';

/** A text without secrets, and the names of the rules that found one, each once, in order of application. */
export interface RedactedText {
  readonly text: string;
  readonly rules: readonly string[];
}

/** What stands in place of what a rule took out. */
export function markOf(rule: string): string {
  return `[redacted:${rule}]`;
}

/**
 * Replaces every secret, e-mail address, home directory and random-looking run in `text` by `[redacted:<rule>]`. Pure, and idempotent: its
 * own marks are left alone.
 */
export function redactText(text: string): RedactedText {
  return redactBy(redactionRules, text);
}

/** The same by some of the rules. */
export function redactBy(chosen: readonly RedactionRule[], text: string): RedactedText {
  const rules: string[] = [];
  let clean = text;
  for (const { name, pattern, accept } of chosen) {
    const next = clean.replace(pattern, (found) => (accept === undefined || accept(found) ? markOf(name) : found));
    if (next !== clean && !rules.includes(name)) rules.push(name);
    clean = next;
  }
  return { text: clean, rules };
}

/** True where `text` holds a secret of a known form, or an e-mail address: what may not stand even in a name that cannot be redacted. */
export function holdsSecret(text: string): boolean {
  return redactionRules.some(({ pattern, accept }) => accept === undefined && text.search(pattern) !== -1);
}
