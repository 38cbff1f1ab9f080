// Guarantee: what cosign attests about an image counts beside our own evidence, from the registry to the verdict, with nothing changed on the way.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publicKeyFromPem } from '@promotable/attest';
import { cosign, type OciRegistry, startOciRegistry } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOffice } from './testing/key-office.ts';
import { stagePredicate } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** One of each type that is understood, as the tools write them. */
const predicates = {
  'https://slsa.dev/provenance/v1': {
    buildDefinition: { buildType: 'https://example.com/build', externalParameters: {}, resolvedDependencies: [] },
    runDetails: { builder: { id: 'https://ci.example/builder' }, metadata: { invocationId: 'run-7', finishedOn: minutesAgo(4) } },
  },
  'https://cyclonedx.org/bom': {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { timestamp: minutesAgo(3) },
    components: [{ type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1' }],
  },
  'https://spdx.dev/Document': {
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created: minutesAgo(2), creators: ['Tool: x'] },
    packages: ['a', 'b'].map((name) => ({ SPDXID: `SPDXRef-${name}`, name, versionInfo: '1' })),
  },
  'https://in-toto.io/attestation/test-result/v0.1': {
    result: 'PASSED',
    configuration: [{ name: 'ci.yml' }],
    passedTests: ['adds', 'removes'],
  },
  'https://in-toto.io/attestation/vulns/v0.2': {
    scanner: { uri: 'pkg:github/aquasecurity/trivy', version: '0.68.0', db: { lastUpdate: minutesAgo(60) }, result: [] },
    metadata: { scanStartedOn: minutesAgo(2), scanFinishedOn: minutesAgo(1) },
  },
} as const;

let mc: RunningMc;
let registries: { readonly api: OciRegistry; readonly tags: OciRegistry };
let folder: string;
let run: Command;
beforeAll(async () => {
  const [running, api, tags, directory] = await Promise.all([
    runMissionControl(undefined, {}, { readKeysMs: 50 }),
    startOciRegistry(),
    startOciRegistry({ referrers: false }),
    mkdtemp(join(tmpdir(), 'promotable-cosign-')),
  ]);
  [mc, registries, folder] = [running, { api, tags }, directory];
  run = mcIn(folder);
  await sign('generate-key-pair');
  // A configuration that names no service: nothing is uploaded but to the registry, and nobody is asked for a time.
  await sign('signing-config', 'create', '--out', 'services.json');
  const publicKeyPem = await readFile(join(folder, 'cosign.pub'), 'utf8');
  const { keyId, algorithm } = publicKeyFromPem(publicKeyPem);
  await keyOffice(mc.data, () => Date.now()).trust({ keyId, algorithm, publicKeyPem, privateKeyPem: '' });
  await writeFile(join(folder, 'lcov.info'), 'TN:\nSF:a.ts\nDA:1,1\nLF:1\nLH:1\nend_of_record\n');
}, 900_000);
afterAll(async () => {
  await Promise.all([mc?.end(), registries?.api.stop(), registries?.tags.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function sign(...args: readonly string[]): Promise<void> {
  const env = { COSIGN_PASSWORD: 'for-this-test', HOME: folder, PATH: process.env['PATH'] };
  await promisify(execFile)(await cosign(), args, { cwd: folder, env });
}

/** Pushes an image of one layer under a tag, by the registry's own API; answers its digest. */
async function pushImage({ host }: OciRegistry, repository: string, tag: string): Promise<string> {
  const base = `http://${host}/v2/${repository}`;
  const sha = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const blob = async (text: string, mediaType: string) => {
    const bytes = Buffer.from(text);
    const { headers } = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const target = new URL(headers.get('location') ?? '', base);
    target.searchParams.set('digest', sha(bytes));
    expect((await fetch(target, { method: 'PUT', body: bytes })).status).toBe(201);
    return { mediaType, digest: sha(bytes), size: bytes.length };
  };
  const config = await blob(JSON.stringify({ os: 'linux', architecture: 'amd64', repository }), 'application/vnd.oci.image.config.v1+json');
  const layers = [await blob(repository, 'application/vnd.oci.image.layer.v1.tar')];
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  const put = await fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers: { 'content-type': mediaType }, body: manifest });
  expect(put.status).toBe(201);
  return sha(manifest);
}

async function attest(image: string): Promise<void> {
  for (const [type, predicate] of Object.entries(predicates)) {
    await writeFile(join(folder, 'predicate.json'), JSON.stringify(predicate));
    await sign(
      'attest',
      '--yes',
      '--key',
      'cosign.key',
      '--signing-config',
      'services.json',
      '--type',
      type,
      '--predicate',
      'predicate.json',
      image,
    );
  }
}

interface Sent {
  readonly file: string;
  readonly outcome: string;
  readonly error?: { readonly code: string };
}

describe.each(['api', 'tags'] as const)('an image that cosign attested, in a registry that lists referrers by "%s"', (name) => {
  const release = { service: 'checkout', releaseId: `cosign-${name}` };
  const subject = `--service checkout --release ${release.releaseId}`;
  let digest: string;
  let image: string;
  beforeAll(async () => {
    const repository = `team/${name}`;
    digest = await pushImage(registries[name], repository, '1.0');
    image = `${registries[name].host}/${repository}@${digest}`;
    await attest(image);
  }, 120_000);

  const publish = async (flags = ''): Promise<Sent[]> => {
    const { json } = await run(`evidence publish --from oci://${image} ${subject} --data ${mc.data} --json${flags}`);
    return json() as unknown as Sent[];
  };
  const ask = async (): Promise<string[]> => {
    const { body } = await mc.client.ask({ ...release, digests: [digest] });
    return [String(body['verdict']), ...(body['reasons'] as { code: string }[]).map(({ code }) => code)];
  };

  it('is bound by `--image` to what the registry has under the tag', async () => {
    const tagged = image.replace(/@.*/, ':1.0');
    const { code, err } = await run(
      `evidence build ${subject} --image ${tagged} --coverage lcov.info --partial --run 7 --data ${mc.data} --out ${name}.json`,
    );
    expect([code, err]).toEqual([0, expect.stringContaining(`${tagged} is ${image}`)]);
    expect((await run(`evidence publish ${name}.json --data ${mc.data}`)).code).toBe(0);
    expect(await ask()).toEqual(['hold', 'NO_EVIDENCE', 'PENDING']);
  });

  it('passes by what was attested: each of the five counts for its item, once', async () => {
    await expect.poll(async () => (await publish()).map(({ outcome }) => outcome).sort(), { timeout: 10_000 }).not.toContain('spooled');
    expect((await publish()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'duplicate'));
    const { rows } = await mc.database.pool.query<{ type: string; item: string; text: string }>(
      `SELECT predicate_type AS type, bundle::text AS text, (SELECT string_agg(k, ',') FROM json_object_keys(predicate -> 'values') k) AS item
       FROM evidence.records WHERE release_id = $1 AND predicate_type IS NOT NULL ORDER BY ingest_sequence`,
      [release.releaseId],
    );
    expect(new Map(rows.map(({ type, item }) => [type, item]))).toEqual(
      new Map([
        ['https://slsa.dev/provenance/v1', 'provenance'],
        ['https://cyclonedx.org/bom', 'sbom'],
        ['https://spdx.dev/Document', 'sbom'],
        ['https://in-toto.io/attestation/test-result/v0.1', 'tests'],
        ['https://in-toto.io/attestation/vulns/v0.2', 'scan'],
      ]),
    );
    // As it lies beside the image, byte for byte.
    const kept = new Set(rows.map(({ text }) => createHash('sha256').update(text).digest('hex')));
    const found = (await publish()).map(({ file }) => file.split('sha256:')[1] ?? '');
    expect(new Set(found)).toEqual(kept);

    mc.advance(12_000);
    const now = Date.now() + mc.advance(0);
    const observed = { from: new Date(now - 9000).toISOString(), until: new Date(now - 1000).toISOString() };
    const window = await mc.client.sign(stagePredicate({ ...release, observed }), digest.slice('sha256:'.length));
    expect((await mc.client.publish(window, release)).body.errors).toBeUndefined();
    expect(await ask()).toEqual(['pass']);
  });

  it('says nothing about another release of other artifacts', async () => {
    const other = `--service checkout --release other-${name}`;
    await writeFile(join(folder, 'other.tgz'), name);
    await run(`evidence build ${other} --artifact other.tgz --coverage lcov.info --partial --run 8 --data ${mc.data} --out other.json`);
    expect((await run(`evidence publish other.json --data ${mc.data}`)).code).toBe(0);
    const { code, json } = await run(`evidence publish --from oci://${image} ${other} --data ${mc.data} --json`);
    expect(code).toBe(2);
    expect(new Set((json() as unknown as Sent[]).map(({ error }) => error?.code))).toEqual(new Set(['RELEASE_DIGEST_CONFLICT']));
  });
});
