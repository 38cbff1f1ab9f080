import { redactionRules } from './rules.ts';

/** A text without secrets, and the names of the rules that found one, each once, in order of application. */
export interface RedactedText {
  readonly text: string;
  readonly rules: readonly string[];
}

/** Replaces every secret and e-mail address in `text` by `[redacted:<rule>]`. Pure, and idempotent: its own marks are left alone. */
export function redactText(text: string): RedactedText {
  const rules: string[] = [];
  let clean = text;
  for (const { name, pattern } of redactionRules) {
    const next = clean.replace(pattern, `[redacted:${name}]`);
    if (next !== clean && !rules.includes(name)) rules.push(name);
    clean = next;
  }
  return { text: clean, rules };
}

/** True where {@link redactText} would change `text`. */
export function holdsSecret(text: string): boolean {
  return redactionRules.some(({ pattern }) => text.search(pattern) !== -1);
}
