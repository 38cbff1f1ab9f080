// CycloneDX JSON (ECMA-424).
import type { FaultList } from '../fault-list.ts';
import { quoted } from '../fault-list.ts';
import { optionalTime } from './report-time.ts';
import { componentText, coordinateOf, hashText, objectAt, objectsOf, sortedTexts } from './sbom-component.ts';
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
  // Some tools state the hash of a package beside the place it is downloaded from.
  const downloads = objectsOf(externalReferences).filter(({ type }) => type === 'distribution');
  const stated = [hashes, ...downloads.map((download) => download['hashes'])].flatMap(objectsOf);
  return componentText(
    coordinate,
    sortedTexts(stated.map(({ alg, content }) => hashText(alg, content))),
    sortedTexts(
      objectsOf(licenses).map(({ expression, license }) => {
        const [named] = objectsOf([license]);
        return expression ?? named?.['id'] ?? named?.['name'];
      }),
    ),
  );
}
