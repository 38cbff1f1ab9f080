import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildStep, buildRelease, packRelease } from './build-release.ts';
import type { BuiltRelease } from './release.ts';

const { signal } = new AbortController();
const slow = { name: 'B', releaseId: 'checkout-b', version: '1.1.0', poolSize: 1 };
const steps: BuildStep[] = [];
let directory: string;
let built: BuiltRelease;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-release-'));
  built = await buildRelease(slow, { directory, signal, onStep: (step) => steps.push(step) });
});
afterAll(() => rm(directory, { recursive: true }));

describe('buildRelease', () => {
  it('takes the digest from the bytes of the tarball', async () => {
    expect(built.digest).toBe(
      `sha256:${createHash('sha256')
        .update(await readFile(built.tarball))
        .digest('hex')}`,
    );
  });

  it('has in the tarball what runs: this release, its version, its dependencies', async () => {
    expect(JSON.parse(await readFile(join(built.directory, 'release.json'), 'utf8'))).toEqual({ releaseId: 'checkout-b', poolSize: 1 });
    expect(JSON.parse(await readFile(join(built.directory, 'package.json'), 'utf8'))).toMatchObject({ name: 'checkout', version: '1.1.0' });
    expect(JSON.parse(await readFile(join(built.directory, 'node_modules/yocto-queue/package.json'), 'utf8'))).toMatchObject({
      name: 'yocto-queue',
    });
  });

  it('lists in the SBOM each package of the lockfile, at the version that is in the tarball', async () => {
    const { bomFormat, metadata, components } = JSON.parse(await readFile(built.sbom, 'utf8')) as {
      bomFormat: string;
      metadata: { component: { purl: string } };
      components: { name: string; version: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    expect(metadata.component.purl).toBe('pkg:npm/checkout@1.1.0');
    const { packages } = JSON.parse(await readFile(join(directory, 'B/checkout/package-lock.json'), 'utf8')) as { packages: object };
    expect(components.map(({ name }) => `node_modules/${name}`).toSorted()).toEqual(
      Object.keys(packages)
        .filter((path) => path !== '')
        .toSorted(),
    );
    for (const { name, version } of components)
      expect(JSON.parse(await readFile(join(built.directory, 'node_modules', name, 'package.json'), 'utf8'))).toMatchObject({ version });
  });

  it('has green tests for the release that will be slow: they test what it answers, not how fast', async () => {
    const junit = await readFile(built.junit, 'utf8');
    expect(junit.match(/<testcase /g)).toHaveLength(8);
    expect(junit).not.toMatch(/<(failure|error|skipped)/);
  });

  it('tells each step before it is taken', () => {
    expect(steps).toEqual(['copy', 'pack', 'test', 'sbom']);
  });
});

describe('packRelease', () => {
  it('makes the same bytes from the same release and others from any other, under the same release id too', async () => {
    const pack = (spec: Partial<typeof slow>, name: string) => packRelease({ ...slow, ...spec, name }, { directory, signal });
    const again = await pack({}, 'again');
    const other = await pack({ poolSize: 12 }, 'other');
    expect([again.digest, again.podTemplateHash]).toEqual([built.digest, built.podTemplateHash]);
    expect(other.digest).not.toBe(built.digest);
    expect(other.podTemplateHash).not.toBe(built.podTemplateHash);
    expect(other.podTemplateHash).toMatch(/^[a-z0-9]{10}$/);
  });
});
