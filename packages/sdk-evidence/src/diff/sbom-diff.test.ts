import { digestOf } from '@promotable/attest';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffSboms, diffSbomStreams } from './sbom-diff.ts';

const file = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)) });
const json = (value: unknown) => ({ name: 'bom.json', bytes: Buffer.from(JSON.stringify(value)) });
const part = (name: string, version: string, more: object = {}) => ({
  type: 'library',
  name,
  version,
  purl: `pkg:npm/${name}@${version}`,
  ...more,
});
const bom = (components: object[], more: object = {}) =>
  json({ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${components.length}`, components, ...more });
const hashed = (content: string) => ({ hashes: [{ alg: 'SHA-256', content }] });
const licensed = (id: string) => ({ licenses: [{ license: { id } }] });

describe('diffSboms', () => {
  it('calls documents identical whose components are, in any order, under any serial number', () => {
    const components = ['a', 'b', 'c', 'd'].map((name) => part(name, '1.0.0', { ...hashed('AB'), ...licensed('MIT') }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...components, ...components], { minLength: 8 }), fc.uuid(), (order, serialNumber) => {
        expect(diffSboms(bom(components), bom(order, { serialNumber })).result).toBe('identical');
      }),
    );
  });

  it('states the digest of the set, which anybody can make again', () => {
    const components = [part('b', '1', hashed('ff')), part('a', '2', licensed('MIT'))];
    const set = [
      ['pkg:npm/a@2', [], ['MIT']],
      ['pkg:npm/b@1', ['SHA256:ff'], []],
    ];
    expect(diffSboms(bom(components), bom(components))).toMatchObject({
      result: 'identical',
      before: { setDigest: digestOf(set), components: 2 },
      after: { setDigest: digestOf(set) },
    });
  });

  it('lists what came, what went and what changed, and in what', () => {
    const before = [
      part('gone', '1'),
      part('newer', '1'),
      part('rebuilt', '1', hashed('aa')),
      part('relicensed', '1', licensed('MIT')),
      part('same', '1'),
    ];
    const after = [
      part('come', '1'),
      part('newer', '2'),
      part('rebuilt', '1', hashed('bb')),
      part('relicensed', '1', licensed('GPL-3.0-only')),
      part('same', '1'),
    ];
    expect(diffSboms(bom(before), bom(after))).toMatchObject({
      result: 'changed',
      added: [{ coordinate: 'pkg:npm/come@1' }],
      removed: [{ coordinate: 'pkg:npm/gone@1' }],
      changed: [
        { before: { coordinate: 'pkg:npm/newer@1' }, after: { coordinate: 'pkg:npm/newer@2' }, differs: ['version'] },
        { after: { coordinate: 'pkg:npm/rebuilt@1', hashes: ['SHA256:bb'] }, differs: ['hashes'] },
        { after: { licences: ['GPL-3.0-only'] }, differs: ['licences'] },
      ],
    });
  });

  it('sees the hash of a package wherever it is stated', () => {
    const built = (content: string) => [
      part('a', '1', { externalReferences: [{ type: 'distribution', url: 'https://example.com/a.tgz', ...hashed(content) }] }),
    ];
    expect(diffSboms(bom(built('aa')), bom(built('bb')))).toMatchObject({ changed: [{ differs: ['hashes'] }] });
    expect(diffSboms(bom(built('aa')), bom([part('a', '1', hashed('aa'))])).result).toBe('identical');
  });

  it.each([
    ['npm-11.cdx.json', 'npm-11.spdx.json'],
    ['pnpm-12.cdx.json', 'pnpm-12.spdx.json'],
  ])('calls %s and %s identical: another format, the same packages', (before, after) => {
    expect(diffSboms(file(before), file(after)).result).toBe('identical');
  });

  it('pairs nothing where a name has several versions, and takes a scope for no version', () => {
    const scoped = { type: 'library', name: 'x', purl: 'pkg:npm/@scope/x@1' };
    const diff = diffSboms(bom([part('a', '1'), part('a', '2'), scoped]), bom([part('a', '3'), { ...scoped, purl: 'pkg:npm/@scope/x@2' }]));
    expect(diff).toMatchObject({
      added: [{ coordinate: 'pkg:npm/a@3' }],
      removed: [{ coordinate: 'pkg:npm/a@1' }, { coordinate: 'pkg:npm/a@2' }],
      changed: [{ differs: ['version'] }],
    });
  });

  it('finds the same in memory and in streams', async () => {
    const stream = (name: string) => ({ name, stream: Readable.from([file(name).bytes]) });
    for (const [a, b] of [
      ['npm-11.cdx.json', 'npm-11.cdx.json'],
      ['npm-11.cdx.json', 'cyclonedx-npm-6.cdx.json'],
      ['npm-11.spdx.json', 'pnpm-12.spdx.json'],
      ['syft.json', 'grype-0.120.json'],
    ] as const)
      expect(await diffSbomStreams(stream(a), stream(b))).toEqual(diffSboms(file(a), file(b)));
  });

  const one = bom([part('a', '1')]);
  it.each([
    ['no component', bom([]), '/after', 'no_components'],
    ['a list that is none', json({ bomFormat: 'CycloneDX', specVersion: '1.6', components: {} }), '/after/components', 'invalid_type'],
    ['a newer version than is known', bom([part('a', '1')], { specVersion: '1.8' }), '/after/specVersion', 'unknown_version'],
    ['an older version than is read', bom([part('a', '1')], { specVersion: '1.1' }), '/after/specVersion', 'unsupported_version'],
    ['another schema', json({ matches: [] }), '/after', 'wrong_format'],
    ['a cut document', { name: 'x', bytes: one.bytes.subarray(0, 60) }, '/after', 'syntax'],
    ['nothing', { name: 'x', bytes: Buffer.alloc(0) }, '/after', 'empty'],
  ])('says UNKNOWN of %s, whatever lies beside it', (_, document, path, code) => {
    expect(diffSboms(one, document)).toMatchObject({ result: 'UNKNOWN', faults: [{ path, code }] });
    expect(diffSboms(document, one).result).toBe('UNKNOWN');
    expect(diffSboms(document, document)).toMatchObject({ result: 'UNKNOWN', faults: [{}, {}] });
  });
});
