import { signStatement, generateSigningKey, localSigner } from '@promotable/attest';
import { predicateTypes, statementType } from '@promotable/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import { attestedEvidence } from '../foreign/attested-evidence.ts';
import { samplePredicates } from '../foreign/sample-predicates.ts';
import { createPublisher } from '../publish/publisher.ts';
import { accept, cutConnection, scriptedServer } from '../scripted-server.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { publishOrSpool } from './publish-or-spool.ts';
import { replay } from './replay.ts';
import { parsePublishable } from './spooled-evidence.ts';

const type = 'https://cyclonedx.org/bom';
const key = generateSigningKey('ed25519');
const release = { service: 'checkout', releaseId: 'A' };

async function attestation(predicateType: string, predicate: object): Promise<Buffer> {
  const subject = [{ digest: { sha256: 'a'.repeat(64) } }];
  const statement = { _type: statementType, subject, predicateType, predicate: predicate as Record<string, unknown> } as const;
  return Buffer.from(` ${JSON.stringify(await signStatement(statement, localSigner(key.privateKeyPem)))}\n`);
}

function refusal(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [(error as EvidenceError).code, ...(error as EvidenceError).faults.map(({ path, code }) => `${path} ${code}`)];
  }
}

it('an attestation that could not be sent waits with its release, and is sent as it came', async () => {
  const bytes = await attestation(type, samplePredicates[type]);
  const evidence = attestedEvidence(bytes, release);
  await using server = await scriptedServer(cutConnection, accept());
  const publisher = createPublisher({ url: server.url, token: async () => 'test-token', attempts: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'attested-'));
  const spool = await openDirectorySpool(folder);
  expect((await publishOrSpool(evidence, { publisher, spool })).outcome).toBe('spooled');
  expect(await replay({ spool, publisher })).toMatchObject({ accepted: 1, remaining: 0, setAside: 0 });
  const { variables } = JSON.parse(server.requests.at(-1)?.body ?? '{}') as { variables: { input: Record<string, unknown> } };
  expect(variables.input).toEqual({ ...release, idempotencyKey: evidence.statementDigest, attestation: bytes.toString() });
  await rm(folder, { recursive: true });
});

it('reads what a spool kept: an attestation with its release, else evidence of our own', async () => {
  const attested = attestedEvidence(await attestation(type, samplePredicates[type]), release);
  expect(parsePublishable(attested.bytes)).toEqual(attested);
  const own = await sampleEvidence();
  expect(parsePublishable(own.bytes)).toEqual(own);
  expect(refusal(() => parsePublishable(attested.bytes.subarray(0, 200)))[0]).toBe('BUNDLE_INVALID');
});

it('needs a release for a foreign statement, takes that of our own, and no other one', async () => {
  const foreign = await attestation(type, samplePredicates[type]);
  expect(refusal(() => attestedEvidence(foreign, {}))).toEqual(['EVIDENCE_INVALID', '/service required', '/releaseId required']);
  expect(refusal(() => attestedEvidence(foreign, { service: 'check out', releaseId: 'A' }))).toEqual([
    'EVIDENCE_INVALID',
    '/service required',
  ]);
  const { predicate } = await sampleEvidence();
  const own = await attestation(predicateTypes.evidence, predicate);
  const { service, releaseId } = predicate;
  expect(attestedEvidence(own, {})).toMatchObject({ predicate: { service, releaseId }, subjects: [`sha256:${'a'.repeat(64)}`] });
  expect(refusal(() => attestedEvidence(own, { releaseId: 'other' }))).toEqual(['EVIDENCE_INVALID', '/releaseId differs_from_bundle']);
});

it('refuses before anything is sent what no MC would take', async () => {
  expect(refusal(() => attestedEvidence(Buffer.from([0xff]), release))).toEqual(['BUNDLE_INVALID', ' encoding']);
  expect(refusal(() => attestedEvidence(Buffer.from('{}'), release))[0]).toBe('BUNDLE_INVALID');
  expect(refusal(() => attestedEvidence(Buffer.from('{'), release))[0]).toBe('BUNDLE_INVALID');
  const unknown = await attestation('https://example.com/x', {});
  expect(refusal(() => attestedEvidence(unknown, release))[0]).toBe('PREDICATE_UNKNOWN');
  const broken = await attestation(predicateTypes.evidence, {});
  expect(refusal(() => attestedEvidence(broken, release))[0]).toBe('BUNDLE_INVALID');
});
