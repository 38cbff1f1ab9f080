// What every adapter must do with statements that other tools signed.
import assert from 'node:assert/strict';
import { sha256Hex, type SigningKeyPair } from '@promotable/attest';
import { attestationIdOf } from '../foreign/attestation-id.ts';
import { samplePredicates } from '../foreign/sample-predicates.ts';
import { type Desk, refusal, release } from './conformance-desk.ts';
import * as sample from './sample-evidence.ts';

const { digestA, digestB } = sample;
const tests = 'https://in-toto.io/attestation/test-result/v0.1';
const named = (digest: string) => `sha256:${digest}`;

/** The text of a bundle, with a space that no parser keeps. */
async function attested(
  predicateType: keyof typeof samplePredicates,
  {
    digests = [digestA],
    predicate = samplePredicates[predicateType],
    key,
  }: { digests?: string[]; predicate?: object; key?: SigningKeyPair } = {},
): Promise<{ service: string; releaseId: string; attestation: string }> {
  const bundle = await sample.sign(predicate, { predicateType, digests, ...(key === undefined ? {} : { key }) });
  return { service: release.service, releaseId: release.releaseId, attestation: ` ${JSON.stringify(bundle)}\n` };
}

export function attestationConformance(test: (title: string, run: (desk: Desk) => Promise<void>) => unknown): void {
  test('foreign statements of every type count beside the build record, each for its item, and are kept as they came', async ({
    publish,
    publishInput,
    standing,
    store,
    unsealed,
  }) => {
    await publish(await sample.sign(sample.buildPredicate({ values: { tests: sample.failedTests() }, samples: { tests: 4 } })));
    const types = Object.keys(samplePredicates) as (keyof typeof samplePredicates)[];
    const inputs = await Promise.all(types.map((type) => attested(type)));
    for (const input of inputs) await publishInput(input);
    const { sbom, tests: standings, scan, provenance, digests } = await standing();
    assert.deepEqual(digests, [named(digestA)]);
    for (const item of [sbom, standings, scan, provenance])
      assert.deepEqual(
        item?.map(({ countsFor }) => countsFor),
        [[named(digestA)]],
      );
    // The later of two, whoever told it; and that the earlier one failed stays told.
    assert.deepEqual(
      standings.map(({ counting, supersededFailures }) => [(counting.value as { passed: number }).passed, supersededFailures]),
      [[2, 1]],
    );
    const records = await store.records(release, 10);
    const texts = records.flatMap((record) => (record.signed && record.attestation !== null ? [record.attestation] : []));
    assert.deepEqual(
      texts.map(({ predicateType, text }) => [predicateType, text]).reverse(),
      types.map((type, index) => [type, inputs[index]?.attestation]),
    );
    assert.equal(await unsealed(), 6);
  });

  test('a foreign statement about anything else than the artifacts of the release is refused, whoever may rebuild', async ({
    publish,
    publishInput,
    standing,
  }) => {
    await publish(await sample.sign(sample.buildPredicate()));
    for (const digests of [[digestB], [digestA, digestB]]) {
      const input = await attested(tests, { digests });
      const scopes = ['evidence:publish', 'release:rebuild'] as const;
      assert.equal((await refusal(publishInput(input, { scopes: [...scopes] }))).code, 'RELEASE_DIGEST_CONFLICT');
    }
    assert.equal((await standing()).rebuildRevision, 0);
  });

  test('before the build record a foreign statement makes no release known and fixes nothing; afterwards it counts where it belongs', async ({
    publish,
    publishInput,
    standing,
  }) => {
    await publishInput(await attested('https://cyclonedx.org/bom', { digests: [digestA] }));
    await publishInput(await attested(tests, { digests: [digestB] }));
    const before = await standing();
    assert.deepEqual([before.known, before.digests, before.sbom, before.tests], [false, [], [], []]);
    await publish(await sample.sign(sample.buildPredicate({ values: { provenance: { absent: 'PROVENANCE_ABSENT' } }, samples: {} })));
    const after = await standing();
    assert.deepEqual([after.known, after.digests, after.sbom.length, after.tests.length], [true, [named(digestA)], 1, 0]);
  });

  test('a foreign statement stops counting when the release is built anew of other artifacts', async ({
    publish,
    publishInput,
    standing,
  }) => {
    await publish(await sample.sign(sample.buildPredicate({ values: { provenance: { absent: 'PROVENANCE_ABSENT' } }, samples: {} })));
    await publishInput(await attested(tests));
    assert.equal((await standing()).tests.length, 1);
    const anew = sample.buildPredicate({
      values: { provenance: { absent: 'PROVENANCE_ABSENT' } },
      samples: {},
      run: { provider: 'ci', id: '2', attempt: 1 },
    });
    await publish(await sample.sign(anew, { digests: [digestB] }), {}, { scopes: ['evidence:publish', 'release:rebuild'] });
    assert.equal((await standing()).tests.length, 0);
  });

  test('a foreign statement is on record once for each release, under an id that names both', async ({ publish, publishInput, count }) => {
    await publish(await sample.sign(sample.buildPredicate()));
    const input = await attested(tests);
    const { id, receipt } = await publishInput(input);
    assert.deepEqual([id, (await refusal(publishInput(input))).code], [receipt.statementDigest, 'DUPLICATE']);
    const other = await publishInput({ ...input, releaseId: 'another' });
    assert.notEqual(other.id, id);
    assert.equal(await count(), 2);
    const { dsseEnvelope } = JSON.parse(input.attestation) as { dsseEnvelope: { payload: string } };
    const payloadDigest = sha256Hex(Buffer.from(dsseEnvelope.payload, 'base64'));
    assert.equal(id, attestationIdOf({ predicateType: tests, payloadDigest, service: input.service, releaseId: input.releaseId }));
  });

  test('a foreign statement by an unknown key leaves its id alone, and counts once the key is trusted', async (desk) => {
    await desk.publish(await sample.sign(sample.buildPredicate({ values: { provenance: { absent: 'PROVENANCE_ABSENT' } }, samples: {} })));
    const input = await attested(tests, { key: sample.listedKey });
    const refused = await refusal(desk.publishInput(input));
    assert.deepEqual([refused.code, refused.retryable, (await desk.standing()).untrusted], ['SIGNATURE_UNTRUSTED', true, 1]);
    desk.trust = () => sample.trustOf(sample.trustedKey, sample.listedKey);
    await desk.publishInput(input);
    assert.deepEqual([(await desk.standing()).untrusted, (await desk.standing()).tests.length], [0, 1]);
  });
}
