// A small release as Mission Control knows it: reports on disk, evidence published, one decision on record. Copied beside each fixture.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeySet, localSigner, sha256Hex, verifyKeySet } from '@promotable/attest';
import { DecisionRecord } from '@promotable/contracts';
import { buildEvidence, createPublisher, signEvidence } from '@promotable/sdk-evidence';

export const mcUrl = process.env['MC_URL'] ?? '';
export const mcData = process.env['MC_DATA'] ?? '';
export const clock = { now: Date.now, monotonic: () => performance.now() };

const artifact = 'the bytes of checkout.tgz';
export const digest = `sha256:${sha256Hex(artifact)}`;

/** A token of the local Mission Control. */
export function token(role: 'publisher' | 'gate' | 'reader'): string {
  return readFileSync(join(mcData, 'tokens', role), 'utf8').trim();
}

/** Where a file of the local keys lies. */
export function keyFile(name: string): string {
  return join(mcData, 'keys', name);
}

/** Writes the reports of a build and its artifact into the working directory. */
export function writeReports(): void {
  const component = { type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' };
  const at = new Date(Date.now() - 60_000).toISOString();
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { timestamp: at }, components: [component] };
  writeFileSync('checkout.tgz', artifact);
  writeFileSync('bom.json', JSON.stringify(bom));
  writeFileSync('junit.xml', `<testsuite name="cart" tests="1" timestamp="${at}"><testcase classname="cart" name="adds"/></testsuite>`);
  writeFileSync('lcov.info', 'SF:src/cart.ts\nDA:1,1\nDA:2,1\nDA:3,0\nLF:3\nLH:2\nend_of_record\n');
  const grype = { matches: [], source: { type: 'file' }, descriptor: { name: 'grype', version: '0.120.0', timestamp: at } };
  writeFileSync('grype.json', JSON.stringify(grype));
}

/** Publishes the build evidence of a release. */
export async function publishBuild(releaseId: string): Promise<void> {
  const statement = buildEvidence(
    {
      service: 'checkout',
      releaseId,
      artifacts: [{ name: 'checkout.tgz', sha256: digest.slice('sha256:'.length) }],
      sbom: { name: 'bom.json', bytes: readFileSync('bom.json') },
      junit: [{ name: 'junit.xml', bytes: readFileSync('junit.xml') }],
      run: { provider: 'github', id: `run-of-${releaseId}`, attempt: 1 },
    },
    { clock },
  );
  const evidence = await signEvidence(statement, localSigner(readFileSync(keyFile('evidence.pem'), 'utf8')));
  await createPublisher({ url: mcUrl, token: async () => token('publisher') }).publish(evidence);
}

/** Asks the gate at 20 % and answers its decision with the record: a hold, for there is no window of the canary yet. */
export async function decide(releaseId: string): Promise<{ readonly id: string; readonly record: DecisionRecord }> {
  const question = {
    service: 'checkout',
    releaseId,
    environment: 'production',
    stage: '20',
    digests: [digest],
    podTemplateHash: '6d4f9c7b58',
  };
  const answer = (await call('/v1/gate/rollout', 'gate', question)) as { readonly decisionId: string };
  return { id: answer.decisionId, record: DecisionRecord.parse(await call(`/v1/decisions/${answer.decisionId}`, 'reader')) };
}

/** The key set that Mission Control signed and publishes. */
export function localKeySet(): KeySet {
  const bundle = JSON.parse(readFileSync(keyFile('keyset.json'), 'utf8')) as unknown;
  return verifyKeySet(bundle, { rootPublicKeys: [readFileSync(keyFile('root.pub'), 'utf8')], now: Date.now() });
}

async function call(path: string, role: 'gate' | 'reader', body?: object): Promise<unknown> {
  const response = await fetch(`${mcUrl}${path}`, {
    headers: { authorization: `Bearer ${token(role)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
