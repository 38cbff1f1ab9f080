// SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/). The JSON-LD of SPDX 3 is another format.
import { optionalTime } from './report-time.ts';
import { componentText, coordinateOf, hashText, objectAt, objectsOf, sortedTexts } from './sbom-component.ts';
import { noteDuplicate, type SbomFormat, type SbomHead } from './sbom-format.ts';
import { judgeVersion } from './spec-version.ts';

const documentId = 'SPDXRef-DOCUMENT';

export const spdx: SbomFormat = {
  format: 'spdx',
  list: 'packages',
  recognises: ({ spdxVersion }) => spdxVersion !== undefined,
  collect(sink) {
    const { detailed, faults } = sink;
    const packages: { id: unknown; component: string }[] = [];
    const described = new Set<unknown>();
    return {
      entry(value, path) {
        const fields = objectAt(value, path, faults);
        if (fields === null) return;
        const { SPDXID, name, versionInfo, externalRefs } = fields;
        const purl = objectsOf(externalRefs).find(({ referenceType }) => referenceType === 'purl')?.['referenceLocator'];
        const coordinate = coordinateOf({ name, purl, version: versionInfo }, path, faults, {
          purl: 'externalRefs',
          version: 'versionInfo',
        });
        noteDuplicate(sink, coordinate, path);
        packages.push({ id: SPDXID, component: detailed ? textOf(coordinate, fields) : coordinate });
      },
      otherEntry(list, value) {
        if (list === 'documentDescribes') described.add(value);
        if (list !== 'relationships') return;
        const [relation] = objectsOf([value]);
        if (relation?.['relationshipType'] === 'DESCRIBES' && relation['spdxElementId'] === documentId)
          described.add(relation['relatedSpdxElement']);
      },
      // The one package that the document is about is no component of itself; where several are described, each is one.
      components: () => packages.filter(({ id }) => described.size !== 1 || !described.has(id)).map(({ component }) => component),
    };
  },
  specVersion: ({ spdxVersion }: SbomHead, faults, warnings) =>
    judgeVersion(spdxVersion, { path: '/spdxVersion', pattern: /^SPDX-(\d{1,3})\.(\d{1,3})$/, from: [2, 3], to: [2, 3] }, faults, warnings),
  observed: ({ creationInfo }, faults) => optionalTime(objectsOf([creationInfo])[0]?.['created'], '/creationInfo/created', faults),
};

const notSaid = new Set<unknown>(['NOASSERTION', 'NONE']);

function textOf(coordinate: string, { checksums, licenseConcluded, licenseDeclared }: Record<string, unknown>): string {
  return componentText(
    coordinate,
    sortedTexts(objectsOf(checksums).map(({ algorithm, checksumValue }) => hashText(algorithm, checksumValue))),
    sortedTexts([licenseConcluded, licenseDeclared].filter((licence) => !notSaid.has(licence))),
  );
}
