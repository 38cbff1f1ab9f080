// Syft's own JSON (`syft -o syft-json`).
import { coordinateOf, objectAt, objectsOf, sortedTexts, type SbomComponent, type SbomDetail } from './sbom-component.ts';
import { noteDuplicate, type SbomFormat } from './sbom-format.ts';
import { judgeVersion } from './spec-version.ts';

export const syft: SbomFormat = {
  format: 'syft',
  list: 'artifacts',
  recognises: ({ schema, descriptor }) => schema !== undefined && objectsOf([descriptor])[0]?.['name'] === 'syft',
  collect(sink) {
    const { detailed, faults } = sink;
    const components: SbomComponent[] = [];
    return {
      entry(value, path) {
        const fields = objectAt(value, path, faults);
        if (fields === null) return;
        const { name, purl, version } = fields;
        const coordinate = coordinateOf({ name, purl, version }, path, faults);
        noteDuplicate(sink, coordinate, path);
        components.push({ coordinate, detail: detailed ? detailOf(fields) : null });
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

function detailOf({ licenses, metadata }: Record<string, unknown>): SbomDetail {
  const [{ integrity, digest }] = [objectsOf([metadata])[0] ?? {}] as [Record<string, unknown>];
  return {
    hashes: sortedTexts([
      integrity,
      ...objectsOf(digest).map(({ algorithm, value }) => `${String(algorithm).toUpperCase()}:${String(value)}`),
    ]),
    licences: sortedTexts(
      (Array.isArray(licenses) ? licenses : []).map((licence: unknown) => {
        const [fields] = objectsOf([licence]);
        return fields === undefined ? licence : fields['spdxExpression'] || fields['value'];
      }),
    ),
  };
}
