// Images and what lies beside them, in a real registry, with and without the referrers API.
import { generateSigningKey, localSigner, sha256Hex, signStatement } from '@promotable/attest';
import { statementType } from '@promotable/contracts';
import { type OciRegistry, startOciRegistry } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attestedEvidence } from '../foreign/attested-evidence.ts';
import { samplePredicates } from '../foreign/sample-predicates.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { openOciSpool } from '../spool/oci-spool.ts';
import { attestationsBeside } from './attestations.ts';
import { emptyBytes, mediaTypes } from './manifest.ts';
import { pushReferrer } from './referrers.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import { resolveImage } from './resolve-image.ts';

const account = { user: 'ci', password: 'a test password' };
let registries: Record<'open' | 'plain' | 'guarded', OciRegistry>;
beforeAll(async () => {
  const [open, plain, guarded] = await Promise.all([
    startOciRegistry(),
    startOciRegistry({ referrers: false }),
    startOciRegistry({ account }),
  ]);
  registries = { open, plain, guarded };
});
afterAll(() => Promise.all(Object.values(registries).map((registry) => registry.stop())));

async function manifestOf(client: RegistryClient, text: string): Promise<Buffer> {
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await client.putBlob(Buffer.from(JSON.stringify({ text })))),
  };
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await client.putBlob(emptyBytes)) };
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }));
}

async function pushImage(client: RegistryClient, text: string, tag: string): Promise<string> {
  const bytes = await manifestOf(client, text);
  await client.putManifest(tag, bytes, mediaTypes.manifest);
  return sha256Hex(bytes);
}

const at = (registry: OciRegistry, repository: string, credentials?: typeof account) =>
  createRegistryClient({ registry: registry.host, repository }, { credentials });

describe('an image', () => {
  it('is what its registry has under the tag now, and not what it had before', async () => {
    const { open } = registries;
    const client = at(open, 'team/app');
    const [first, second] = [await pushImage(client, 'one', '1.0'), await pushImage(client, 'two', 'latest')];
    const place = `${open.host}/team/app`;
    const expected = (sha256: string) => ({ reference: `${place}@sha256:${sha256}`, artifacts: [{ name: place, sha256 }] });
    expect(await resolveImage(`${place}:1.0`)).toEqual(expected(first));
    expect(await resolveImage(place)).toEqual(expected(second));
    await pushImage(client, 'three', '1.0');
    expect((await resolveImage(`${place}:1.0`)).reference).not.toBe(`${place}@sha256:${first}`);
    expect(await resolveImage(`${place}:nowhere@sha256:${first}`)).toEqual(expected(first));
  });

  it('of several platforms is its index and each platform, without what a builder lists beside them', async () => {
    const { open } = registries;
    const client = at(open, 'team/multi');
    const platforms = [
      ['arm64', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
      ['amd64', { os: 'linux', architecture: 'amd64' }],
      ['provenance', { os: 'unknown', architecture: 'unknown' }],
    ] as const;
    const manifests = [];
    for (const [text, platform] of platforms) {
      const bytes = await manifestOf(client, text);
      const digest = `sha256:${sha256Hex(bytes)}`;
      await client.putManifest(digest, bytes, mediaTypes.manifest);
      manifests.push({ mediaType: mediaTypes.manifest, digest, size: bytes.length, platform });
    }
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
    await client.putManifest('1.0', index, mediaTypes.index);
    const place = `${open.host}/team/multi`;
    expect((await resolveImage(`${place}:1.0`)).artifacts).toEqual([
      { name: place, sha256: sha256Hex(index) },
      { name: `${place} (linux/arm64/v8)`, sha256: manifests[0]?.digest.slice(7) },
      { name: `${place} (linux/amd64)`, sha256: manifests[1]?.digest.slice(7) },
    ]);
    const empty = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: manifests.slice(2) }));
    await client.putManifest('empty', empty, mediaTypes.index);
    await expect(resolveImage(`${place}:empty`)).rejects.toMatchObject({ code: 'EVIDENCE_INVALID', faults: [{ code: 'no_image' }] });
  });

  it('that is not there, is none, or may not be seen has a clear error', async () => {
    const { open, guarded } = registries;
    await expect(resolveImage(`${open.host}/team/nowhere:1`)).rejects.toMatchObject({
      code: 'EVIDENCE_INVALID',
      message: expect.stringContaining('has no 1'),
    });
    await expect(resolveImage('checkout:1')).rejects.toMatchObject({ code: 'EVIDENCE_INVALID', faults: [{ path: '/image' }] });
    await pushImage(at(guarded, 'team/app', account), 'secret', '1');
    await expect(resolveImage(`${guarded.host}/team/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('log in'),
    });
    expect((await resolveImage(`${guarded.host}/team/app:1`, { credentials: account })).artifacts).toHaveLength(1);
  });
});

describe.each(['open', 'plain'] as const)('what was attested about an image in the registry "%s"', (name) => {
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const key = generateSigningKey('ecdsa-p256');
  const bundleOf = async (predicateType: keyof typeof samplePredicates, sha256: string) =>
    signStatement(
      { _type: statementType, subject: [{ digest: { sha256 } }], predicateType, predicate: samplePredicates[predicateType] },
      localSigner(key.privateKeyPem),
    );

  it('is found byte for byte, in the form of today and in the older one, and nothing else with it', async () => {
    const client = at(registries[name], 'team/attested');
    const sha256 = await pushImage(client, name, '1.0');
    const image = `${registries[name].host}/team/attested@sha256:${sha256}`;
    const bundle = await bundleOf('https://cyclonedx.org/bom', sha256);
    const bytes = Buffer.from(` ${JSON.stringify(bundle)}\n`);
    await pushReferrer(client, `sha256:${sha256}`, { artifactType: type, annotations: {}, content: { mediaType: type, bytes } });
    const signature = Buffer.from(JSON.stringify({ mediaType: type, messageSignature: { signature: 'AAAA' } }));
    await pushReferrer(client, `sha256:${sha256}`, { artifactType: type, annotations: {}, content: { mediaType: type, bytes: signature } });
    await pushReferrer(client, `sha256:${sha256}`, {
      artifactType: 'text/plain',
      annotations: {},
      content: { mediaType: 'text/plain', bytes },
    });
    const spooled = await sampleEvidence();
    await openOciSpool(image).put({ statementDigest: spooled.statementDigest, idempotencyKey: 'k', bytes: spooled.bytes });

    const older = await bundleOf('https://spdx.dev/Document', sha256);
    const { payload, payloadType, signatures } = older.dsseEnvelope;
    const envelope = Buffer.from(JSON.stringify({ payloadType, payload, signatures: signatures.map(({ sig }) => ({ keyid: '', sig })) }));
    const layer = { mediaType: 'application/vnd.dsse.envelope.v1+json', ...(await client.putBlob(envelope)) };
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await client.putBlob(emptyBytes)) };
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }));
    await client.putManifest(`sha256-${sha256}.att`, manifest, mediaTypes.manifest);

    const found = await attestationsBeside(image);
    expect(found.map((each) => Buffer.from(each.bytes).toString())).toEqual([bytes.toString(), envelope.toString()]);
    const release = { service: 'checkout', releaseId: 'A' };
    expect(found.map((each) => attestedEvidence(each.bytes, release).predicateType)).toEqual([
      'https://cyclonedx.org/bom',
      'https://spdx.dev/Document',
    ]);
  });

  it('waits there too while MC is away, and comes back as it was', async () => {
    const client = at(registries[name], 'team/waiting');
    const sha256 = await pushImage(client, name, '1.0');
    const image = `${registries[name].host}/team/waiting@sha256:${sha256}`;
    const evidence = attestedEvidence(Buffer.from(JSON.stringify(await bundleOf('https://cyclonedx.org/bom', sha256))), {
      service: 'checkout',
      releaseId: 'A',
    });
    const spool = openOciSpool(image);
    await spool.put({ statementDigest: evidence.statementDigest, idempotencyKey: 'k', bytes: evidence.bytes });
    const lease = await openOciSpool(image).lease({ leaseMs: 60_000 });
    expect(Buffer.from(lease?.record.bytes ?? []).toString()).toBe(Buffer.from(evidence.bytes).toString());
    // For cosign it is no attestation: it would be one twice.
    expect(await attestationsBeside(image)).toEqual([]);
  });
});
