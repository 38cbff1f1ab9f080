import { randomBytes } from 'node:crypto';
import { sha256Hex } from '@promotable/attest';
import { type OciRegistry, startOciRegistry } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyBytes, mediaTypes } from '../oci/manifest.ts';
import { createRegistryClient } from '../oci/registry-client.ts';
import { createPublisher } from '../publish/publisher.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, cutConnection, scriptedServer, sentDigest } from '../scripted-server.ts';
import { openOciSpool } from './oci-spool.ts';
import { publishOrSpool } from './publish-or-spool.ts';
import { replay } from './replay.ts';
import { spoolConformance, spoolRecord } from './spool-conformance.ts';

const account = { user: 'ci', password: 'a test password' };
let registries: { readonly open: OciRegistry; readonly plain: OciRegistry; readonly guarded: OciRegistry };
beforeAll(async () => {
  const [open, plain, guarded] = await Promise.all([
    startOciRegistry(),
    startOciRegistry({ referrers: false }),
    startOciRegistry({ account }),
  ]);
  registries = { open, plain, guarded };
});
afterAll(() => Promise.all(Object.values(registries).map((registry) => registry.stop())));

/** Pushes an image of its own and gives its reference. */
async function pushImage(registry: OciRegistry, repository: string, credentials?: typeof account): Promise<string> {
  const client = createRegistryClient({ registry: registry.host, repository }, { credentials });
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await client.putBlob(Buffer.from(`{"of":"${repository}"}`))),
  };
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await client.putBlob(emptyBytes)) };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }));
  await client.putManifest('1.0.0', bytes, mediaTypes.manifest);
  return `${registry.host}/${repository}@sha256:${sha256Hex(bytes)}`;
}

const repositories = new Map<string, Promise<string>>();
for (const [title, name] of [
  ['OCI registry with the referrers API', 'open'],
  ['OCI registry without it, by the fallback tag', 'plain'],
] as const)
  spoolConformance(
    { describe, it },
    title,
    async (directory, options) => {
      const image = repositories.get(directory) ?? pushImage(registries[name], `team/${randomBytes(6).toString('hex')}`);
      repositories.set(directory, image);
      return openOciSpool(await image, options);
    },
    { sharesLeases: false },
  );

describe('evidence beside its image', () => {
  it('is found by a job that has nothing but the name of the image, and sent once', async () => {
    await using server = await scriptedServer(cutConnection, accept());
    const image = await pushImage(registries.open, 'team/checkout');
    const publisher = createPublisher({ url: server.url, token: async () => 'test-token', attempts: 1 });
    const evidence = await sampleEvidence();
    expect(await publishOrSpool(evidence, { publisher, spool: openOciSpool(image) })).toMatchObject({ outcome: 'spooled' });
    expect(await replay({ spool: openOciSpool(image), publisher })).toMatchObject({ accepted: 1, remaining: 0 });
    expect(await replay({ spool: openOciSpool(image), publisher })).toMatchObject({ accepted: 0, remaining: 0, setAside: 0 });
    expect(server.requests.map(sentDigest)).toEqual([evidence.statementDigest, evidence.statementDigest]);
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
  });

  it('is lost by none of many who write the fallback tag at once', async () => {
    const image = await pushImage(registries.plain, 'team/crowded');
    await Promise.all([1, 2, 3, 4].map((number) => openOciSpool(image).put(spoolRecord(number))));
    expect(await openOciSpool(image).list()).toHaveLength(4);
  });

  it('waits behind a password, which no error tells', async () => {
    const image = await pushImage(registries.guarded, 'team/guarded', account);
    expect(await openOciSpool(image, { credentials: account }).put(spoolRecord(1))).toBe('stored');
    for (const credentials of [null, { ...account, password: 'hunter2hunter2' }]) {
      const error: unknown = await openOciSpool(image, { credentials })
        .list()
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'SPOOL_UNAVAILABLE', message: expect.stringContaining('401') });
      expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
    }
  });

  it('needs an image that is there, and a registry that answers', async () => {
    const image = await pushImage(registries.open, 'team/gone');
    await expect(openOciSpool(image.replace(/[0-9a-f]{64}$/, 'f'.repeat(64))).put(spoolRecord(1))).rejects.toMatchObject({
      code: 'SPOOL_UNAVAILABLE',
      message: expect.stringContaining('push it before its evidence'),
    });
    await expect(openOciSpool(image.replace(/^[^/]+/, '127.0.0.1:2')).put(spoolRecord(1))).rejects.toMatchObject({
      code: 'SPOOL_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
