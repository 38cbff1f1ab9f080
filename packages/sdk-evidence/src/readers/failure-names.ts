import { detached } from './detached-text.ts';

/** More names than this are not kept: a record lists twenty. */
const maxKept = 1000;

/** The first names of failed tests in order, distinct, however many there are. */
export class FailureNames {
  #names = new Set<string>();

  add(name: string): void {
    this.#names.add(detached(name));
    if (this.#names.size >= 2 * maxKept) this.#names = new Set(this.toArray());
  }

  toArray(): string[] {
    return [...this.#names].sort().slice(0, maxKept);
  }

  static joined(lists: readonly FailureNames[]): string[] {
    const all = new FailureNames();
    for (const list of lists) for (const name of list.toArray()) all.add(name);
    return all.toArray();
  }
}
