import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { readCycloneDx, readSbom, readSbomStream } from './sbom.ts';

const sample = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)) });
const json = (value: unknown) => ({ name: 'bom.json', bytes: Buffer.from(JSON.stringify(value)) });
const bom = (fields: object = {}) => ({ bomFormat: 'CycloneDX', specVersion: '1.6', ...fields });
const library = (name: string, more: object = {}) => ({ type: 'library', name, ...more });

function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readCycloneDx', () => {
  it('reads what npm and Syft write', () => {
    expect(readCycloneDx(sample('npm.cdx.json'))).toMatchObject({
      value: { specVersion: '1.5', components: 12 },
      observed: { until: Date.parse('2026-11-21T08:32:12.807Z') },
    });
    expect(readCycloneDx(sample('syft.cdx.json'))).toMatchObject({
      value: { specVersion: '1.6', components: 12 },
      observed: { until: Date.parse('2026-11-21T08:46:29Z') },
    });
  });

  it.each(['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'])('reads version %s', (specVersion) => {
    expect(readCycloneDx(json(bom({ specVersion, components: [library('a')] }))).value).toMatchObject({ specVersion, components: 1 });
  });

  it('counts distinct components, nested ones included', () => {
    const components = [
      library('a', { purl: 'pkg:npm/a@1' }),
      library('a', { purl: 'pkg:npm/a@1' }),
      library('b', { group: 'g', version: '1', components: [library('c', { components: [library('d')] })] }),
    ];
    expect(readCycloneDx(json(bom({ components }))).value.components).toBe(4);
  });

  it('gives one components digest for any order and repetition of the same components', () => {
    const components = ['a', 'b', 'c', 'd'].map((name) => library(name, { version: '1' }));
    const { componentsDigest } = readCycloneDx(json(bom({ components }))).value;
    fc.assert(
      fc.property(fc.shuffledSubarray([...components, ...components], { minLength: 8 }), (order) => {
        expect(readCycloneDx(json(bom({ components: order }))).value.componentsDigest).toBe(componentsDigest);
      }),
    );
    expect(readCycloneDx(json(bom({ components: components.slice(1) }))).value.componentsDigest).not.toBe(componentsDigest);
  });

  it('records a document without components as 0, for the policy to judge', () => {
    expect(readCycloneDx(json(bom())).value.components).toBe(0);
    expect(readCycloneDx(json(bom({ components: [] }))).value.components).toBe(0);
  });

  it('reads a document that begins with a byte order mark; its digest is of the bytes as they are', () => {
    const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(bom()))]);
    expect(readCycloneDx({ name: 'bom.json', bytes }).value.documentDigest).not.toBe(readCycloneDx(json(bom())).value.documentDigest);
  });

  it('lists every fault with its path', () => {
    const error = failure(() =>
      readCycloneDx(
        json({
          bomFormat: 'cyclonedx',
          specVersion: 1.5,
          metadata: { timestamp: '2026-11-21T08:00:00' },
          components: [
            { name: 'no type' },
            library(''),
            'text',
            library('x', { purl: 'npm/x', version: 1, components: {} }),
            library('y', { components: [null] }),
          ],
        }),
      ),
    );
    expect(error).toMatchObject({ code: 'REPORT_UNREADABLE', status: 400, retryable: false });
    expect(error.faults.map((fault) => fault.path)).toEqual([
      '/bomFormat',
      '/specVersion',
      '/components/0/type',
      '/components/1/name',
      '/components/2',
      '/components/3/version',
      '/components/3/purl',
      '/components/3/components',
      '/components/4/components/0',
      '/metadata/timestamp',
    ]);
  });

  it.each([
    ['SPDX of npm', sample('npm.spdx.json'), 'SPDX'],
    ['SPDX of Syft', sample('syft.spdx.json'), 'SPDX'],
    ["Syft's own JSON", sample('syft.json'), 'syft -o cyclonedx-json'],
    ['a lockfile', json({ lockfileVersion: 3 }), 'lockfile'],
    ['a signed envelope', json({ payload: 'e30=', payloadType: 'x' }), 'inside it'],
    ['an array', json([]), 'array'],
    ['a number', json(1), 'not a JSON object'],
    ['null', json(null), 'not a JSON object'],
    ['XML', { name: 'bom.xml', bytes: Buffer.from('<?xml version="1.0"?><bom/>') }, 'is XML'],
    ['an HTML page', { name: 'x', bytes: Buffer.from('<!doctype html><p>') }, 'HTML'],
    ['SPDX tag-value', { name: 'x', bytes: Buffer.from('SPDXVersion: SPDX-2.3') }, 'tag-value'],
    ['cut JSON', { name: 'x', bytes: Buffer.from('{"bomFormat": "Cyc') }, 'cut off'],
    ['nothing', { name: 'x', bytes: Buffer.from(' \n') }, 'is empty'],
    ['bytes that are not UTF-8', { name: 'x', bytes: Uint8Array.of(0x7b, 0xff) }, 'UTF-8'],
    [
      'a name given twice',
      {
        name: 'x',
        bytes: Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}],"components":[]}'),
      },
      'twice',
    ],
    ['nesting without end', { name: 'x', bytes: Buffer.from(`{"components":${'['.repeat(5000)}${']'.repeat(5000)}}`) }, 'deeper'],
  ])('refuses %s and says what it is', (_, document, message) => {
    const error = failure(() => readCycloneDx(document));
    expect(error.code).toBe('REPORT_UNREADABLE');
    expect(error.message).toContain(message);
  });

  it('refuses a document beyond the limit', () => {
    expect(failure(() => readCycloneDx(json(bom()), { maxBytes: 10 }))).toMatchObject({ code: 'REPORT_TOO_LARGE', status: 413 });
  });

  it.each([{ name: { toString: null } }, { name: 'a', hashes: [{ alg: { toString: null }, content: { toString: null } }] }])(
    'reads or refuses what cannot be made a text: %j',
    (component) => {
      const read = () => readCycloneDx(json(bom({ components: [{ type: 'library', ...component }] })));
      if (typeof component.name === 'string') expect(read().value.components).toBe(1);
      else expect(failure(read).faults).toMatchObject([{ path: '/components/0/name', code: 'required' }]);
    },
  );

  it('never throws anything but a coded error, whatever the JSON', () => {
    const component = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { type: fc.jsonValue(), name: fc.jsonValue(), purl: fc.jsonValue(), components: fc.array(fc.jsonValue(), { maxLength: 2 }) },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(component, { maxLength: 4 })), fc.jsonValue(), (components, metadata) => {
        try {
          readCycloneDx(json(bom({ components, metadata })));
        } catch (error) {
          expect(error).toBeInstanceOf(EvidenceError);
        }
      }),
    );
  });
});

describe('readSbom', () => {
  const spdx = (packages: object[], more: object = {}) => json({ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', packages, ...more });
  const syft = (artifacts: object[], version = '16.1.10') => json({ artifacts, descriptor: { name: 'syft' }, schema: { version } });
  const named = (name: string, more: object = {}) => ({ name, versionInfo: '1', SPDXID: `SPDXRef-${name}`, ...more });

  it('tells formats apart by their content, wherever in the document it says what it is', () => {
    const list = [{ type: 'library', name: 'a', version: '1' }];
    expect(readSbom(json({ components: list, specVersion: '1.7', bomFormat: 'CycloneDX' })).value.format).toBe('cyclonedx');
    expect(readSbom(json({ packages: [named('a')], spdxVersion: 'SPDX-2.3' })).value.format).toBe('spdx');
    expect(readSbom(syft(list)).value.format).toBe('syft');
  });

  it('gives one digest for one set of components, whichever format names it', () => {
    const purl = 'pkg:npm/a@1';
    const externalRefs = [{ referenceType: 'purl', referenceLocator: purl }];
    const digests = [bom({ components: [library('a', { purl })] })].map((document) => readSbom(json(document)).value.componentsDigest);
    digests.push(
      readSbom(spdx([named('a', { externalRefs })])).value.componentsDigest,
      readSbom(syft([{ name: 'a', purl }])).value.componentsDigest,
    );
    expect(new Set(digests).size).toBe(1);
  });

  it('leaves out the one package that an SPDX document is about, and none where it is about several', () => {
    const packages = ['app', 'a', 'b'].map((name) => named(name));
    const describes = (name: string) => ({
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: `SPDXRef-${name}`,
    });
    expect(readSbom(spdx(packages, { documentDescribes: ['SPDXRef-app'] })).value.components).toBe(2);
    expect(readSbom(spdx(packages, { relationships: [describes('app')] })).value.components).toBe(2);
    expect(readSbom(spdx(packages, { relationships: [describes('a'), describes('b')] })).value.components).toBe(3);
  });

  it('warns of what is listed twice and of a newer version, with every path', () => {
    const { value, warnings } = readSbom(
      json(bom({ specVersion: '1.9', components: [library('a'), library('a'), library('b', { components: [library('a')] })] })),
    );
    expect([value.components, warnings.map(({ path, code }) => [path, code])]).toEqual([
      2,
      [
        ['/components/1', 'duplicate_component'],
        ['/components/2/components/0', 'duplicate_component'],
        ['/specVersion', 'unknown_version'],
      ],
    ]);
  });

  it.each([
    ['CycloneDX 1.1', json(bom({ specVersion: '1.1' })), '/specVersion', 'unsupported_version'],
    ['SPDX 2.2', json({ spdxVersion: 'SPDX-2.2' }), '/spdxVersion', 'unsupported_version'],
    ['Syft JSON 10', syft([], '10.0.0'), '/schema/version', 'unsupported_version'],
    ['a version that is none', json(bom({ specVersion: 'latest' })), '/specVersion', 'invalid_version'],
    ['SPDX 3', json({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' }), '', 'wrong_format'],
    ['a scan', json({ matches: [] }), '', 'wrong_format'],
    ['a package without a name', spdx([{ versionInfo: '1' }]), '/packages/0/name', 'required'],
    [
      'a purl that is none',
      spdx([named('a', { externalRefs: [{ referenceType: 'purl', referenceLocator: 'npm/a' }] })]),
      '/packages/0/externalRefs',
      'invalid_format',
    ],
    ['an artifact that is none', syft([null as unknown as object]), '/artifacts/0', 'invalid_type'],
  ])('refuses %s', (_, document, path, code) => {
    expect(failure(() => readSbom(document)).faults).toMatchObject([{ path, code }]);
  });

  it('lists warnings behind the faults that make a document useless', () => {
    const { faults } = failure(() => readSbom(json(bom({ components: [library('a'), library('a'), library('')] }))));
    expect(faults.map(({ code }) => code)).toEqual(['required', 'duplicate_component']);
  });

  it('reads a stream as it reads bytes, and rejects with what the stream rejects with', async () => {
    const { bytes } = sample('npm.cdx.json');
    async function* pieces(size: number) {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    for (const size of [1, 7, 4096])
      expect(await readSbomStream({ name: 'x', stream: pieces(size) })).toEqual(readSbom({ name: 'x', bytes }));
    const broken = new Readable({ read: (): void => void broken.destroy(new Error('the disk is gone')) });
    await expect(readSbomStream({ name: 'x', stream: broken })).rejects.toThrow('the disk is gone');
    await expect(readSbomStream({ name: 'x', stream: pieces(100) }, { maxBytes: 500 })).rejects.toMatchObject({ code: 'REPORT_TOO_LARGE' });
  });
});
