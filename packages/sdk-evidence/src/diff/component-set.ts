import { sha256Hex } from '@promotable/attest';

/** A component with all that makes it another one when it changes. */
export interface ComparedComponent {
  /** Package URL, else `group/name@version`. */
  readonly coordinate: string;
  /** `<ALGORITHM>:<hex>`, sorted. */
  readonly hashes: readonly string[];
  /** SPDX ids, expressions or names, sorted. */
  readonly licences: readonly string[];
}

/** The distinct components of one document. */
export interface ComponentSet {
  /** sha256 of RFC 8785 of the sorted list of `[coordinate, hashes, licences]`: the same for any order and any document. */
  readonly digest: string;
  /** RFC 8785 text of each, sorted (UTF-16 code units). */
  readonly texts: readonly string[];
}

export function componentSetOf(components: readonly string[]): ComponentSet {
  const sorted = [...components].sort();
  const texts = sorted.filter((text, index) => text !== sorted[index - 1]);
  return { digest: sha256Hex(`[${texts.join(',')}]`), texts };
}

/** What is only in `a` and what is only in `b`: one walk through both. */
export function differenceOf(a: ComponentSet, b: ComponentSet): { onlyA: ComparedComponent[]; onlyB: ComparedComponent[] } {
  const [onlyA, onlyB]: [ComparedComponent[], ComparedComponent[]] = [[], []];
  let [inA, inB] = [0, 0];
  while (inA < a.texts.length || inB < b.texts.length) {
    const [left, right] = [a.texts[inA], b.texts[inB]];
    if (left === right) {
      inA++;
      inB++;
    } else if (right === undefined || (left !== undefined && left < right)) {
      onlyA.push(componentOf(left as string));
      inA++;
    } else {
      onlyB.push(componentOf(right));
      inB++;
    }
  }
  return { onlyA, onlyB };
}

function componentOf(text: string): ComparedComponent {
  const [coordinate, hashes, licences] = JSON.parse(text) as [string, string[], string[]];
  return { coordinate, hashes, licences };
}
