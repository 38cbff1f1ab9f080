import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { createSequencer } from '@promotable/ledger';
import { generateSigningKey, localSigner } from '@promotable/attest';
import { predicateTypes, type Principal, type Statement } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import type { EvidenceBundle } from '@promotable/contracts/graphql';
import type { ReceiveEvent } from './evidence-events.ts';
import { releaseDigest, releaseSubject } from '../release-subject.ts';
import { memoryEvidenceStore } from './memory-store.ts';
import { createEvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';

let events: ReceiveEvent[];
let ledger: ReturnType<typeof createMemoryLedger>;
let receive: (input: unknown, principal?: Principal) => Promise<EvidenceBundle>;

beforeEach(() => {
  events = [];
  ledger = createMemoryLedger();
  const receiver = createEvidenceReceiver({
    store: memoryEvidenceStore(),
    ledger,
    transactor: memoryTransactor(),
    clock: sample.fixedClock(),
    trust: () => sample.trustOf(sample.trustedKey),
    newId: () => 'claims-1',
    onReceived: (event) => events.push(event),
  });
  receive = (input, principal = sample.principal()) => receiver.receive(principal, input);
});

async function refused(work: Promise<unknown>): Promise<{ code: string; status: number; paths: string[]; message: string }> {
  const error = await work.then(
    () => {
      throw new Error('was accepted');
    },
    (reason: EvidenceError) => reason,
  );
  return { code: error.code, status: error.status, paths: error.faults.map(({ path }) => path), message: error.message };
}

describe('receiving evidence', () => {
  it('answers what was signed, p95 rounded up and the window as a duration', async () => {
    const bundle = await sample.sign(sample.stagePredicate({}, 123.01));
    expect(await receive(sample.inputOf(bundle))).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      releaseId: '1.4.2',
      service: 'checkout',
      artifacts: [],
      slo: { service: 'checkout', p95Ms: 124, p99Ms: 181, errorRate: 0.001, window: '8s' },
      cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: null, estimated: true },
      createdAt: '2026-11-21T12:00:00.000Z',
      environment: 'production',
      checkpoint: '20',
      signed: true,
      keyId: sample.trustedKey.keyId,
      bundle,
      receipt: {
        statementDigest: expect.any(String),
        idempotencyKey: expect.any(String),
        receivedAt: '2026-11-21T12:00:00.000Z',
        ledgerSequence: '1',
        ledgerPosition: null,
      },
    });
  });

  it('lists every fault of the input with its path', async () => {
    const input = {
      service: '',
      releaseId: 7,
      artifacts: [{ type: 'sbom', sha256: 'short' }],
      slo: { service: 'x', p95Ms: -1, errorRate: 2, window: 'soon' },
      stage: '0',
      idempotencyKey: 'a\u0000b',
      extra: 1,
    };
    expect(await refused(receive(input))).toMatchObject({
      code: 'EVIDENCE_INVALID',
      status: 400,
      paths: [
        '/service',
        '/releaseId',
        '/artifacts/0/sha256',
        '/slo/p95Ms',
        '/slo/errorRate',
        '/slo/window',
        '/stage',
        '/idempotencyKey',
        '/extra',
      ],
    });
    for (const nothing of [null, undefined, [], 'text', 1]) expect((await refused(receive(nothing))).code).toBe('EVIDENCE_INVALID');
  });

  it('lists every fault of a signed predicate, of the kind that its checkpoint chooses', async () => {
    const build = { ...sample.buildPredicate(), environment: 'production', run: { provider: 'ci', id: 'r', attempt: 0 } };
    expect(await refused(receive(sample.inputOf(await sample.sign(build))))).toMatchObject({
      code: 'EVIDENCE_INVALID',
      paths: ['/bundle/statement/predicate/run/attempt', '/bundle/statement/predicate/environment'],
    });
    const { podTemplateHash: _gone, ...stage } = sample.stagePredicate();
    expect((await refused(receive(sample.inputOf(await sample.sign({ ...stage, checkpoint: '100' }))))).paths).toEqual([
      '/bundle/statement/predicate/checkpoint',
      '/bundle/statement/predicate/podTemplateHash',
    ]);
  });

  it('refuses a statement of another predicate type, though its predicate looks like evidence', async () => {
    const bundle = await sample.sign(sample.buildPredicate(), { predicateType: predicateTypes.decision });
    expect(await refused(receive(sample.inputOf(bundle)))).toMatchObject({
      code: 'EVIDENCE_INVALID',
      paths: ['/bundle/statement/predicateType'],
    });
  });

  it('refuses a bundle that is none, was tampered with, or carries a foreign signature', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    const payload = Buffer.from(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('"failed":0', '"failed":9')).toString(
      'base64',
    );
    const tampered = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } };
    const [signature] = (await sample.sign(sample.buildPredicate(), { key: sample.strangerKey })).dsseEnvelope.signatures;
    const swapped = {
      ...bundle,
      dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [{ sig: signature?.sig, keyid: sample.trustedKey.keyId }] },
    };
    for (const bad of [{}, 'text', 1, [bundle], tampered, swapped]) {
      expect(await refused(receive({ service: sample.service, releaseId: sample.releaseId, bundle: bad }))).toMatchObject({
        code: 'BUNDLE_INVALID',
        status: 400,
      });
    }
    expect(await refused(receive(sample.inputOf({} as never)))).toMatchObject({
      paths: expect.arrayContaining(['/bundle/mediaType', '/bundle/dsseEnvelope']),
    });
  });

  it('what stands beside a bundle must equal what is signed; every difference is named', async () => {
    const stage = await sample.sign(sample.stagePredicate());
    const slo = { service: 'checkout', p95Ms: 124, p99Ms: 181, errorRate: 0.001, window: '8000ms' };
    const beside = { tenant: 'acme', environment: 'production', stage: '20', slo, cost: { graphqlPerMillionUsd: 1.8 }, artifacts: [] };
    const different = {
      service: 'cart',
      releaseId: '2',
      environment: 'staging',
      stage: '50',
      artifacts: [{ type: 'sbom', sha256: sample.digestA }],
      slo: { service: 'cart', p95Ms: 123, p99Ms: 180, errorRate: 0, window: '9s' },
      cost: { graphqlPerMillionUsd: 1.9, ingestPerThousandUsd: 1 },
    };
    expect(await refused(receive(sample.inputOf(stage, different)))).toMatchObject({
      code: 'BUNDLE_MISMATCH',
      status: 422,
      paths: [
        '/service',
        '/releaseId',
        '/environment',
        '/stage',
        '/artifacts',
        '/slo/service',
        '/slo/p95Ms',
        '/slo/p99Ms',
        '/slo/errorRate',
        '/slo/window',
        '/cost/graphqlPerMillionUsd',
        '/cost/ingestPerThousandUsd',
      ],
    });
    expect((await receive(sample.inputOf(stage, beside))).signed).toBe(true);
    const build = await sample.sign(sample.buildPredicate());
    expect((await refused(receive(sample.inputOf(build, { slo, cost: {} })))).paths).toEqual(
      expect.arrayContaining(['/slo/p95Ms', '/slo/window', '/cost']),
    );
    expect(
      (
        await receive(
          sample.inputOf(build, {
            stage: 'build',
            artifacts: [
              { type: 'tests', sha256: '3'.repeat(64) },
              { type: 'sbom', sha256: '1'.repeat(64) },
            ],
          }),
        )
      ).artifacts,
    ).toHaveLength(2);
  });

  it('a time more than a minute ahead is refused with the measured offset, one within it is not', async () => {
    const until = (seconds: number) => ({ from: '2026-11-21T11:00:00Z', until: new Date(sample.startedAt + seconds * 1000).toISOString() });
    const late = await refused(receive(sample.inputOf(await sample.sign(sample.stagePredicate({ observed: until(60.5) })))));
    expect(late).toMatchObject({
      code: 'OBSERVED_IN_FUTURE',
      status: 422,
      paths: ['/bundle/statement/predicate/observed/until'],
      message: "observed.until lies 60.500 s ahead of the server's clock (2026-11-21T12:00:00.000Z); at most 60 s are allowed",
    });
    await receive(sample.inputOf(await sample.sign(sample.stagePredicate({ observed: until(60) }))));
  });

  it('another tenant, a service not granted and a missing scope are one and the same 403', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    const refusals = await Promise.all([
      refused(receive(sample.inputOf(bundle, { tenant: 'globex' }))),
      refused(receive(sample.inputOf(bundle), sample.principal({ services: ['cart'] }))),
      refused(receive(sample.inputOf(bundle), sample.principal({ scopes: ['evidence:read'] }))),
    ]);
    for (const refusal of refusals)
      expect(refusal).toEqual({ code: 'FORBIDDEN', status: 403, paths: [], message: 'This token does not allow it.' });
  });

  it('the name of the release is no artifact', async () => {
    const own = releaseDigest({ tenant: 'acme', service: sample.service, releaseId: sample.releaseId });
    await receive(sample.inputOf(await sample.sign(sample.buildPredicate(), { digests: [own] })));
    // It fixed nothing: artifacts may still be named.
    await receive(sample.inputOf(await sample.sign(sample.buildPredicate(), { digests: [sample.digestA] })));
  });

  it('a subject that names a release must be this very one, of the tenant of the token; it is never taken for an artifact', async () => {
    const own = { tenant: 'acme', service: sample.service, releaseId: sample.releaseId };
    const signed = (...subject: Statement['subject']) => sample.sign(sample.buildPredicate(), { subject });
    for (const other of [{ tenant: 'globex' }, { service: 'cart' }, { releaseId: '1.4.3' }]) {
      const subject = { ...releaseSubject({ ...own, ...other }), name: releaseSubject(own).name };
      expect(await refused(receive(sample.inputOf(await signed({ digest: { sha256: sample.digestA } }, subject))))).toMatchObject({
        code: 'BUNDLE_MISMATCH',
        status: 422,
        paths: ['/bundle/statement/subject/1/digest/sha256'],
      });
    }
    expect((await receive(sample.inputOf(await signed(releaseSubject(own))))).signed).toBe(true);
  });

  it('a duplicate of a sealed record tells its position', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    await receive(sample.inputOf(bundle));
    const onError = (error: unknown) => {
      throw error;
    };
    await createSequencer({
      ledger,
      signer: localSigner(generateSigningKey('ed25519').privateKeyPem),
      clock: sample.fixedClock(),
      onError,
    }).runOnce();
    await expect(receive(sample.inputOf(bundle))).rejects.toMatchObject({
      code: 'DUPLICATE',
      status: 409,
      receipt: { ledgerSequence: '1', ledgerPosition: 1 },
    });
  });

  it('unsigned claims of artifacts alone belong to build, of SLO or cost to the stage given', async () => {
    const claims = { service: 'checkout', releaseId: '1' };
    expect(await receive({ ...claims, artifacts: [{ type: 'sbom', sha256: sample.digestA }] })).toMatchObject({
      id: 'claims-1',
      signed: false,
      checkpoint: 'build',
      keyId: null,
      bundle: null,
    });
    expect(await receive({ ...claims, cost: { graphqlPerMillionUsd: 1 } })).toMatchObject({ checkpoint: null });
    expect(await receive({ ...claims, cost: 1, stage: '50', environment: 'prod' })).toMatchObject({
      checkpoint: '50',
      environment: 'prod',
    });
  });

  it('tells its listener what became of each publish, and nothing of its content', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    await receive(sample.inputOf(bundle));
    for (const again of [bundle, await sample.sign(sample.buildPredicate(), { key: sample.listedKey, digests: [sample.digestB] })])
      await refused(receive(sample.inputOf(again)));
    await refused(receive({}));
    const first = { seconds: 0, attempt: 1, sinceAskedSeconds: 0 };
    expect(events).toEqual([
      { outcome: 'accepted', code: null, signed: true, environment: 'none', ...first },
      { outcome: 'duplicate', code: 'DUPLICATE', signed: true, environment: 'none', ...first },
      { outcome: 'refused', code: 'SIGNATURE_UNTRUSTED', signed: true, environment: 'unknown', ...first },
      { outcome: 'refused', code: 'EVIDENCE_INVALID', signed: null, environment: 'unknown', ...first },
    ]);
  });
});
