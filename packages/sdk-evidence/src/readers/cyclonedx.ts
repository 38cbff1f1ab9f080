// CycloneDX JSON (ECMA-424).
import type { FaultList } from '../fault-list.ts';
import { quoted } from '../fault-list.ts';
import { optionalTime } from './report-time.ts';
import { componentText, coordinateOf, hashText, isObject, objectAt, objectsOf, sortedTexts } from './sbom-component.ts';
import { noteDuplicate, type SbomFormat, type SbomHead, type SbomSink } from './sbom-format.ts';
import { judgeVersion } from './spec-version.ts';

export const cycloneDx: SbomFormat = {
  format: 'cyclonedx',
  list: 'components',
  recognises: ({ bomFormat, specVersion }) => bomFormat !== undefined || specVersion !== undefined,
  collect(sink) {
    const components: string[] = [];
    return {
      entry: (value, path) => addComponents(value, path, sink, components),
      components: () => components,
    };
  },
  specVersion(head, faults, warnings) {
    const { bomFormat, specVersion } = head;
    if (bomFormat !== 'CycloneDX') faults.add('/bomFormat', 'invalid_value', `must be "CycloneDX", not ${quoted(bomFormat)}`);
    return judgeVersion(
      specVersion,
      { path: '/specVersion', pattern: /^(\d{1,3})\.(\d{1,3})$/, from: [1, 2], to: [1, 7] },
      faults,
      warnings,
    );
  },
  observed: ({ metadata }: SbomHead, faults: FaultList) => {
    if (metadata === undefined) return null;
    const fields = objectAt(metadata, () => '/metadata', faults);
    return optionalTime(fields?.['timestamp'], '/metadata/timestamp', faults);
  },
};

/** One component and those within it. */
function addComponents(value: unknown, path: () => string, sink: SbomSink, components: string[]): void {
  // A list instead of recursion: depth is the sender's choice.
  const open: { value: unknown; path: () => string }[] = [{ value, path }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path: at } = next;
    const fields = objectAt(next.value, at, sink.faults);
    if (fields === null) continue;
    const { type, name, purl, group, version, components: inner } = fields;
    if (typeof type !== 'string' || type === '') sink.faults.add(`${at()}/type`, 'required', 'must be a component type such as "library"');
    const coordinate = coordinateOf({ name, purl, group, version }, at, sink.faults);
    noteDuplicate(sink, coordinate, at);
    components.push(sink.detailed ? textOf(coordinate, fields) : coordinate);
    if (inner === undefined) continue;
    if (!Array.isArray(inner)) {
      sink.faults.add(`${at()}/components`, 'invalid_type', `must be an array, not ${quoted(inner)}`);
      continue;
    }
    for (let index = inner.length - 1; index >= 0; index--) {
      open.push({ value: inner[index], path: () => `${at()}/components/${index}` });
    }
  }
}

function textOf(coordinate: string, { hashes, licenses, externalReferences }: Record<string, unknown>): string {
  const stated: (string | null)[] = [];
  addHashes(hashes, stated);
  // Some tools state the hash of a package beside the place it is downloaded from.
  for (const { type, hashes: downloaded } of objectsOf(externalReferences)) if (type === 'distribution') addHashes(downloaded, stated);
  return componentText(coordinate, sortedTexts(stated), sortedTexts(objectsOf(licenses).map(licenceOf)));
}

function addHashes(hashes: unknown, stated: (string | null)[]): void {
  if (hashes !== undefined) for (const { alg, content } of objectsOf(hashes)) stated.push(hashText(alg, content));
}

function licenceOf({ expression, license }: Record<string, unknown>): unknown {
  if (expression !== undefined && expression !== null) return expression;
  if (!isObject(license)) return undefined;
  return license['id'] ?? license['name'];
}
