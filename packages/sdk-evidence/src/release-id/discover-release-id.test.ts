import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverReleaseId } from './discover-release-id.ts';

let directory: string;
let labelsFile: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podinfo-'));
  labelsFile = join(directory, 'labels');
  // As a kubelet writes it: sorted, quoted, without a line feed at the end.
  await writeFile(
    labelsFile,
    'app.kubernetes.io/name="checkout"\nold-release-id="r0"\nrelease-id="2026.11.21-1"\nrollouts-pod-template-hash="6d4f9c7b58"',
  );
});
afterAll(() => rm(directory, { recursive: true }));

const file = async (text: string): Promise<string> => {
  const path = join(directory, 'other');
  await writeFile(path, text);
  return path;
};

describe('the release id of a job', () => {
  it('is what RELEASE_ID says, also beside a labels file', async () => {
    expect(await discoverReleaseId({ env: { RELEASE_ID: ' r7\n' }, labelsFile })).toEqual({ releaseId: 'r7', source: 'RELEASE_ID' });
  });

  it.each([
    ['the option', (path: string) => ({ env: { PODINFO_LABELS: '/nowhere' }, labelsFile: path })],
    ['PODINFO_LABELS', (path: string) => ({ env: { PODINFO_LABELS: path } })],
    ['an empty RELEASE_ID beside it', (path: string) => ({ env: { RELEASE_ID: ' ' }, labelsFile: path })],
  ])('is the label of the pod where %s names the file', async (_, sources) => {
    expect(await discoverReleaseId(sources(labelsFile))).toEqual({ releaseId: '2026.11.21-1', source: labelsFile });
  });

  it.each([
    ['no file', async () => join(directory, 'none'), /does not exist/],
    ['a folder', async () => directory, /EISDIR/],
    ['a file without the label', () => file('old-release-id="r0"\n'), /has no label release-id/],
    ['an empty label', () => file('release-id=""\n'), /has no label release-id/],
    ['a label without quotes', () => file('release-id=r1\n'), /has no label release-id/],
    ['a label cut off', () => file('release-id="r1'), /has no label release-id/],
    ['a number', () => file('release-id=7\n'), /has no label release-id/],
  ])('is never made up: %s is an error that names both sources', async (_, path, why) => {
    await expect(discoverReleaseId({ env: {}, labelsFile: await path() })).rejects.toMatchObject({
      code: 'EVIDENCE_INVALID',
      message: expect.stringMatching(/RELEASE_ID.*release-id/),
      faults: [{ path: '/releaseId' }, { path: '/RELEASE_ID' }, { path: '/labelsFile', message: expect.stringMatching(why) }],
    });
  });

  it.each([
    ['RELEASE_ID', { env: { RELEASE_ID: 'a/b' } }],
    ['RELEASE_ID', { env: { RELEASE_ID: 'x'.repeat(129) } }],
  ])('is refused where %s says something else, and nobody else is asked', async (source, sources) => {
    await expect(discoverReleaseId({ ...sources, labelsFile })).rejects.toMatchObject({
      code: 'EVIDENCE_INVALID',
      message: expect.stringContaining(source),
    });
  });
});
