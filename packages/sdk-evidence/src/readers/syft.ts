// Syft's own JSON (`syft -o syft-json`).
import { componentText, coordinateOf, hashText, objectAt, objectsOf, sortedTexts } from './sbom-component.ts';
import { noteDuplicate, type SbomFormat } from './sbom-format.ts';
import { judgeVersion } from './spec-version.ts';

export const syft: SbomFormat = {
  format: 'syft',
  list: 'artifacts',
  recognises: ({ schema, descriptor }) => schema !== undefined && objectsOf([descriptor])[0]?.['name'] === 'syft',
  collect(sink) {
    const { detailed, faults } = sink;
    const components: string[] = [];
    return {
      entry(value, path) {
        const fields = objectAt(value, path, faults);
        if (fields === null) return;
        const { name, purl, version } = fields;
        const coordinate = coordinateOf({ name, purl, version }, path, faults);
        noteDuplicate(sink, coordinate, path);
        components.push(detailed ? textOf(coordinate, fields) : coordinate);
      },
      components: () => components,
    };
  },
  specVersion: ({ schema }, faults, warnings) =>
    judgeVersion(
      objectsOf([schema])[0]?.['version'],
      { path: '/schema/version', pattern: /^(\d{1,3})\.(\d{1,3})\.\d{1,3}$/, from: [11, 0], to: [16, 999] },
      faults,
      warnings,
    ),
  // Syft states no time.
  observed: () => null,
};

function textOf(coordinate: string, { licenses, metadata }: Record<string, unknown>): string {
  const { integrity, digest } = objectsOf([metadata])[0] ?? {};
  return componentText(
    coordinate,
    sortedTexts([integrity, ...objectsOf(digest).map(({ algorithm, value }) => hashText(algorithm, value))]),
    sortedTexts(
      (Array.isArray(licenses) ? licenses : []).map((licence: unknown) => {
        const [fields] = objectsOf([licence]);
        return fields === undefined ? licence : fields['spdxExpression'] || fields['value'];
      }),
    ),
  );
}
