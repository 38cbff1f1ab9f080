// What of another tool's bundle is believed, and what a publisher is told when it is not: each way to tamper has its refusal.
import { createHash } from 'node:crypto';
import { parseTrustPolicy } from '@promotable/attest';
import { predicateTypes, statementType } from '@promotable/contracts';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { githubIssuer, type KeylessSigning, type SigstoreAuthority, sigstoreAuthority } from '@promotable/services';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import { samplePredicates } from '../foreign/sample-predicates.ts';
import { memoryEvidenceStore } from './memory-store.ts';
import { createEvidenceReceiver, type EvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';
import type { Trust } from './signed-submission.ts';

const { digestA, digestB, releaseId, service } = sample;
const subject = 'https://github.com/acme/checkout/.github/workflows/release.yml@refs/heads/main';
/** The authority's own certificates begin when it is made. */
const now = Math.ceil(Date.now() / 1000) * 1000 + 600_000;
const type = 'https://slsa.dev/provenance/v1';

let authority: SigstoreAuthority;
let stranger: SigstoreAuthority;
let keyed: string;
let keyless: string;
beforeAll(async () => {
  authority = await sigstoreAuthority({ issuedAt: now, signedAt: now + 60_000 });
  stranger = await sigstoreAuthority({ issuedAt: now, signedAt: now + 60_000 });
  keyed = JSON.stringify(await sample.sign(samplePredicates[type], { predicateType: type }));
  keyless = await signed();
});

const statementOf = (changes: object = {}) => ({
  _type: statementType,
  subject: [{ name: 'image', digest: { sha256: digestA } }],
  predicateType: type,
  predicate: samplePredicates[type],
  ...changes,
});

function signed(changes: Partial<KeylessSigning> = {}, by: SigstoreAuthority = authority): Promise<string> {
  return by.sign({ subject, statement: statementOf(), ...changes });
}

function trust(changes: Partial<{ services: string[]; tenant: string; roots: SigstoreAuthority }> = {}): Trust {
  const { keySet, policy } = sample.trustOf(sample.trustedKey);
  const { services = [service], tenant = 'acme', roots = authority } = changes;
  const identity = { issuer: githubIssuer, subjectAlternativeName: subject, trustedRoot: 'test', tenant, services, checkpoints: ['build'] };
  return { keySet, policy: parseTrustPolicy({ ...policy, identities: [identity], trustedRoots: { test: roots.trustedRoot } }) };
}

let receiver: EvidenceReceiver;
let store: ReturnType<typeof memoryEvidenceStore>;
let trusted: Trust;
beforeEach(async () => {
  store = memoryEvidenceStore();
  trusted = trust();
  receiver = createEvidenceReceiver({
    store,
    ledger: createMemoryLedger(),
    transactor: memoryTransactor(),
    clock: sample.fixedClock(now + 120_000),
    trust: () => trusted,
  });
  const provenance = { values: { coverage: { absent: 'COVERAGE_ABSENT' as const } }, samples: {} };
  await receiver.receive(sample.principal(), sample.inputOf(await sample.sign(sample.buildPredicate(provenance))));
});

/** `accepted`, or the code of the refusal and of its first fault. */
async function outcome(attestation: string, input: object = {}): Promise<string[]> {
  return receiver.receive(sample.principal(), { service, releaseId, attestation, ...input }).then(
    () => ['accepted'],
    ({ code, faults }: EvidenceError) => [code, ...faults.slice(0, 1).map((fault) => `${fault.path} ${fault.code}`)],
  );
}

interface Bundle {
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
}

function changed(text: string, change: (bundle: Bundle) => void): string {
  const bundle = JSON.parse(text) as Bundle;
  change(bundle);
  return JSON.stringify(bundle);
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const otherPayload = (text: string) =>
  changed(text, (b) => (b.dsseEnvelope.payload = base64(statementOf({ subject: [{ digest: { sha256: digestB } }] }))));
const otherSignature = (text: string, of: string) =>
  changed(text, (b) => (b.dsseEnvelope.signatures = (JSON.parse(of) as Bundle).dsseEnvelope.signatures));

describe('what was signed by a key', () => {
  it('counts, also as an envelope alone that names no key', async () => {
    const { payload, payloadType, signatures } = (
      JSON.parse(keyed) as { dsseEnvelope: Record<string, unknown> & { signatures: { sig: string }[] } }
    ).dsseEnvelope;
    const envelope = JSON.stringify({ payloadType, payload, signatures: signatures.map(({ sig }) => ({ sig, keyid: '' })) });
    expect(await outcome(envelope)).toEqual(['accepted']);
    expect(await outcome(keyed)).toEqual(['DUPLICATE']);
    const { provenance } = await store.releaseEvidence({ tenant: 'acme', service, releaseId, environment: 'production', stage: '20' });
    expect(provenance[0]?.counting.keyId).toBe(sample.trustedKey.keyId);
  });

  it('is refused once it was tampered with, or by whom nobody pinned', async () => {
    const byStranger = JSON.stringify(await sample.sign(samplePredicates[type], { predicateType: type, key: sample.strangerKey }));
    const byListed = JSON.stringify(await sample.sign(samplePredicates[type], { predicateType: type, key: sample.listedKey }));
    const other = JSON.stringify(await sample.sign({ ...samplePredicates[type], more: 1 }, { predicateType: type }));
    expect(await outcome(otherPayload(keyed))).toEqual(['BUNDLE_INVALID', '/attestation SIGNATURE_INVALID']);
    expect(await outcome(otherSignature(keyed, other))).toEqual(['BUNDLE_INVALID', '/attestation SIGNATURE_INVALID']);
    expect(await outcome(byStranger)).toEqual(['SIGNATURE_UNTRUSTED', '/attestation KEY_UNKNOWN']);
    expect(await outcome(byListed)).toEqual(['SIGNATURE_UNTRUSTED', '/attestation not-allowed']);
    expect(await outcome(otherSignature(keyed, byStranger))).toEqual(['BUNDLE_INVALID', '/attestation SIGNATURE_INVALID']);
  });
});

describe('what was signed under a certificate', () => {
  it('counts as the identity says, at the time that somebody vouches for', async () => {
    expect(await outcome(keyless)).toEqual(['accepted']);
    const { provenance } = await store.releaseEvidence({ tenant: 'acme', service, releaseId, environment: 'production', stage: '20' });
    expect(provenance[0]?.counting).toMatchObject({
      keyId: `identity:${githubIssuer} ${subject}`,
      observed: { from: now + 60_000, until: now + 60_000 },
    });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['with another payload', () => otherPayload(keyless), 'BUNDLE_INVALID /attestation SIGNATURE_INVALID'],
    [
      'with another signature',
      async () => otherSignature(keyless, await signed({ statement: statementOf({ predicate: {} }) })),
      'BUNDLE_INVALID /attestation SIGNATURE_INVALID',
    ],
    [
      'of another workflow',
      () => signed({ subject: subject.replace('release.yml', 'pull-request.yml') }),
      'SIGNATURE_UNTRUSTED /attestation unknown-identity',
    ],
    ['of another branch', () => signed({ subject: subject.replace('main', 'main2') }), 'SIGNATURE_UNTRUSTED /attestation unknown-identity'],
    ['of another issuer', () => signed({ issuer: 'https://gitlab.com' }), 'SIGNATURE_UNTRUSTED /attestation unknown-identity'],
    ['without an issuer', () => signed({ issuer: null }), 'SIGNATURE_UNTRUSTED /attestation/verificationMaterial CERTIFICATE_ERROR'],
    ['by another authority', () => signed({}, stranger), 'SIGNATURE_UNTRUSTED /attestation/verificationMaterial TIMESTAMP_ERROR'],
    ['without a time', () => signed({ timestamp: false }), 'SIGNATURE_UNTRUSTED /attestation/verificationMaterial TIMESTAMP_ERROR'],
    [
      'about another image',
      () => signed({ statement: statementOf({ subject: [{ digest: { sha256: digestB } }] }) }),
      'RELEASE_DIGEST_CONFLICT /attestation digest_outside_release',
    ],
    [
      'of a type that is not known',
      () => signed({ statement: statementOf({ predicateType: 'https://slsa.dev/provenance/v0.2' }) }),
      'PREDICATE_UNKNOWN /attestation/statement/predicateType unknown_predicate',
    ],
    [
      'of a predicate in another shape',
      () => signed({ statement: statementOf({ predicate: {} }) }),
      'EVIDENCE_INVALID /attestation/statement/predicate/runDetails/builder/id required',
    ],
    [
      'that calls an artifact a release',
      () => signed({ statement: statementOf({ subject: [{ name: 'release:checkout/1.4.2', digest: { sha256: digestA } }] }) }),
      'BUNDLE_MISMATCH /attestation/statement/subject/0/digest/sha256 release_subject_differs',
    ],
    ['that is none', () => '{}', 'BUNDLE_INVALID /attestation/mediaType invalid_value'],
    ['that is no JSON', () => 'MIIC', 'BUNDLE_INVALID /attestation'],
  ])('is refused %s', async (_how, make, expected) => {
    expect((await outcome(await make())).join(' ')).toContain(expected);
  });

  it('is refused when the certificate had ended before it signed', async () => {
    const late = await sigstoreAuthority({ issuedAt: now, signedAt: now + 11 * 60_000 });
    trusted = trust({ roots: late });
    expect(await outcome(await signed({}, late))).toEqual(['SIGNATURE_UNTRUSTED', '/attestation/verificationMaterial CERTIFICATE_ERROR']);
  });

  it('is refused for a service or a tenant that the identity does not speak for, and where no authority is pinned', async () => {
    expect(await outcome(keyless, { service: 'search' })).toEqual(['SIGNATURE_UNTRUSTED', '/attestation not-allowed']);
    trusted = trust({ tenant: 'globex' });
    expect(await outcome(keyless)).toEqual(['SIGNATURE_UNTRUSTED', '/attestation not-allowed']);
    trusted = sample.trustOf(sample.trustedKey);
    expect(await outcome(keyless)).toEqual(['SIGNATURE_UNTRUSTED', '/attestation IDENTITY_UNVERIFIED']);
  });

  it('may be evidence of our own form: then it names its release itself, and must be this one', async () => {
    const predicate = sample.buildPredicate({ observed: { from: new Date(now).toISOString(), until: new Date(now).toISOString() } });
    const own = await signed({ statement: canonical({ predicateType: predicateTypes.evidence, predicate }) });
    expect(await outcome(own, { releaseId: 'another' })).toEqual(['BUNDLE_MISMATCH', '/releaseId differs_from_bundle']);
    expect(await outcome(own)).toEqual(['accepted']);
    const stage = sample.stagePredicate({ observed: predicate.observed });
    const unasked = await signed({ statement: canonical({ predicateType: predicateTypes.evidence, predicate: stage }) });
    expect(await outcome(unasked)).toEqual(['SIGNATURE_UNTRUSTED', '/attestation not-allowed']);
  });

  it('is not taken beside a bundle of our own', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    expect(await outcome(keyless, { bundle })).toEqual(['EVIDENCE_INVALID', '/attestation custom']);
  });
});

it.each([
  ['by a key', () => keyed],
  ['under a certificate', () => keyless],
])('what was signed %s never crashes once it is damaged, and never says anything else: a thousand times', async (_how, genuine) => {
  const text = genuine();
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 1000; round++) {
    const dice = createHash('sha256').update(`${text.length} ${round}`).digest();
    const at = dice.readUInt32BE(0) % text.length;
    const length = 1 + (dice.readUInt8(4) % 8);
    const filling = ['', dice.toString('base64').slice(0, length), '"', '{', '\u0000'][dice.readUInt8(5) % 5] ?? '';
    const [code = ''] = await outcome(text.slice(0, at) + filling + text.slice(at + (filling === '' ? length : dice.readUInt8(6) % 3)));
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  }
  // What survives is the same statement: the padding of base64, or the hint that names no pinned key.
  const known = ['BUNDLE_INVALID', 'SIGNATURE_UNTRUSTED', 'PREDICATE_UNKNOWN', 'EVIDENCE_INVALID', 'accepted', 'DUPLICATE'];
  expect([...outcomes.keys()].filter((code) => !known.includes(code))).toEqual([]);
  const records = await store.records({ tenant: 'acme', service, releaseId }, 100);
  expect(records.length).toBeLessThanOrEqual(2);
  const payload = (JSON.parse(text) as Bundle).dsseEnvelope.payload;
  for (const record of records)
    if (record.signed && record.attestation !== null)
      expect((JSON.parse(record.attestation.text) as Bundle).dsseEnvelope.payload).toBe(payload);
});

/** Names in the order that RFC 8785 asks for, as our own statements must have them. */
function canonical(statement: object): object {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, inner]) => [name, sorted(inner)]),
          )
        : value;
  return sorted(statementOf(statement)) as object;
}
