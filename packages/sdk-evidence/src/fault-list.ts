import type { Fault } from '@promotable/contracts';
import { EvidenceError, type EvidenceErrorCode } from './evidence-error.ts';
import { redactText } from './redact/redact-text.ts';

/** More faults than this are counted and not listed: a broken report of 100,000 entries must stay readable. */
const maxListed = 200;
const maxQuoted = 80;

/** Collects what is wrong with an input, so that one error can list it all. Texts are redacted: a fault may quote the input. */
export class FaultList {
  readonly #faults: Fault[] = [];
  #unlisted = 0;

  get isEmpty(): boolean {
    return this.#faults.length === 0;
  }

  add(path: string, code: string, message: string): void {
    if (this.#faults.length >= maxListed) this.#unlisted++;
    else this.#faults.push({ path: redactText(path).text, code, message: redactText(message).text });
  }

  addAll(faults: readonly Fault[], prefix = ''): void {
    for (const { path, code, message } of faults) this.add(prefix + path, code, message);
  }

  toArray(): Fault[] {
    const rest = { path: '', code: 'more_faults', message: `${this.#unlisted} more faults are not listed` };
    return this.#unlisted > 0 ? [...this.#faults, rest] : [...this.#faults];
  }

  /** @throws {EvidenceError} `code` with every fault, when there is one */
  throwIfAny(code: EvidenceErrorCode, subject: string): void {
    if (!this.isEmpty) throw faulty(code, subject, this.toArray());
  }
}

/** An error whose message is its first fault and how many more there are. */
export function faulty(code: EvidenceErrorCode, subject: string, faults: readonly Fault[]): EvidenceError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const where = first?.path ? `${first.path} ` : '';
  return new EvidenceError(code, `${redactText(subject).text}: ${where}${first?.message ?? ''}${more}`, { faults });
}

/** A value as a fault message may show it: redacted first, then cut, so that no half of a secret slips through. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'an object';
  const { text } = redactText(value);
  return JSON.stringify(text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text);
}
