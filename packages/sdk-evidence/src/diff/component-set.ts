import { sha256Hex } from '@promotable/attest';
import type { SbomComponent } from '../readers/sbom-component.ts';

/** A component with all that makes it another one when it changes. */
export interface ComparedComponent {
  /** Package URL, else `group/name@version`. */
  readonly coordinate: string;
  readonly hashes: readonly string[];
  readonly licences: readonly string[];
}

/** The distinct components of one document. */
export interface ComponentSet {
  /** sha256 of RFC 8785 of the sorted list of `[coordinate, hashes, licences]`, each list sorted: the same for any order and any document. */
  readonly digest: string;
  /** By their RFC 8785 text, sorted. */
  readonly components: ReadonlyMap<string, ComparedComponent>;
}

export function componentSetOf(components: readonly SbomComponent[]): ComponentSet {
  const byText = new Map<string, ComparedComponent>();
  for (const { coordinate, detail } of components) {
    const component = { coordinate, hashes: detail?.hashes ?? [], licences: detail?.licences ?? [] };
    // Lists of well-formed strings alone: JSON.stringify writes their RFC 8785 form.
    byText.set(JSON.stringify([coordinate, component.hashes, component.licences]), component);
  }
  const texts = [...byText.keys()].sort();
  return {
    digest: sha256Hex(`[${texts.join(',')}]`),
    components: new Map(texts.map((text) => [text, byText.get(text) as ComparedComponent])),
  };
}
