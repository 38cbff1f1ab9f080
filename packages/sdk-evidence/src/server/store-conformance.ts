// What every adapter of the evidence store must do, seen through the receiver that uses it. Runs under any test runner.
import { releaseDigest, releaseSubject } from '../release-subject.ts';
import assert from 'node:assert/strict';
import { type Desk, deskOf, type EvidenceStoreHarness, refusal, release } from './conformance-desk.ts';
import { activityConformance } from './activity-conformance.ts';
import { atomicityConformance } from './atomicity-conformance.ts';
import { attestationConformance } from './attestation-conformance.ts';
import { noticeConformance } from './notice-conformance.ts';
import * as sample from './sample-evidence.ts';

/** `describe` and `it` of the test runner. */
export interface EvidenceTestRunner {
  describe(title: string, define: () => void): unknown;
  it(title: string, run: () => Promise<void>): unknown;
}

const { digestA, digestB, releaseId, service } = sample;

/** Registers the conformance tests of the port under `name`; `open` is called once per test. */
export function evidenceStoreConformance(
  { describe, it }: EvidenceTestRunner,
  name: string,
  open: () => Promise<EvidenceStoreHarness>,
): void {
  const test = (title: string, run: (desk: Desk) => Promise<void>): unknown =>
    it(title, async () => {
      const harness = await open();
      try {
        await run(deskOf(harness));
      } finally {
        await harness.close();
      }
    });

  describe(`evidence store: ${name}`, () => {
    test('a signed record is listed as it was signed, counts for its digests and has one ledger entry', async ({
      publish,
      store,
      standing,
      unsealed,
    }) => {
      const bundle = await sample.sign(sample.buildPredicate());
      const published = await publish(bundle);
      assert.equal(published.receipt.statementDigest, published.id);
      assert.equal(published.receipt.ledgerPosition, null);
      const [record] = await store.records(release, 10);
      assert.ok(record?.signed);
      assert.deepEqual(record.bundle, bundle);
      assert.deepEqual(record.predicate, sample.buildPredicate());
      const { known, digests, tests, sbom, slo, rebuildRevision } = await standing();
      assert.deepEqual(
        { known, digests, slo, rebuildRevision },
        { known: true, digests: [`sha256:${digestA}`], slo: null, rebuildRevision: 0 },
      );
      for (const [item] of [tests, sbom]) {
        assert.equal(item?.counting.evidenceId, published.id);
        assert.deepEqual(item?.countsFor, [`sha256:${digestA}`]);
      }
      assert.equal(await unsealed(), 1);
    });

    test('a release that nobody published is unknown and empty', async ({ standing }) => {
      assert.deepEqual(await standing(), {
        known: false,
        digests: [],
        rebuildRevision: 0,
        untrusted: 0,
        unsigned: 0,
        spooledUntil: [],
        sbom: [],
        tests: [],
        coverage: [],
        scan: [],
        provenance: [],
        slo: null,
        cost: null,
      });
    });

    test('a record bound to the release itself counts for it and for no artifact, and fixes none', async ({ publish, standing }) => {
      const subject = [releaseSubject(release)];
      await publish(await sample.sign(sample.buildPredicate(), { subject }));
      await publish(await sample.sign(sample.stagePredicate(), { subject }));
      const own = [`sha256:${releaseDigest(release)}`];
      const { known, digests, sbom, tests, slo, cost } = await standing();
      assert.deepEqual([known, digests], [true, []]);
      assert.deepEqual(
        [...sbom, ...tests, slo, cost].map((item) => [item?.counting.digests, item?.countsFor]),
        Array.from({ length: 4 }, () => [[], own]),
      );
    });

    test('the same bytes again are a duplicate with the first receipt, under whatever key: one row, one ledger entry', async ({
      publish,
      count,
      unsealed,
    }) => {
      const bundle = await sample.sign(sample.buildPredicate());
      const { receipt } = await publish(bundle, { idempotencyKey: 'first' });
      for (const changes of [{ idempotencyKey: 'first' }, { idempotencyKey: 'second' }, {}]) {
        const { code, receipt: again } = await refusal(publish(bundle, changes));
        assert.equal(code, 'DUPLICATE');
        assert.deepEqual(again, receipt);
      }
      assert.deepEqual([await count(), await unsealed()], [1, 1]);
    });

    test('one key for another statement is a conflict, also when that statement is on record under its own key', async ({
      publish,
      count,
      unsealed,
    }) => {
      const other = await sample.sign(sample.stagePredicate());
      await publish(await sample.sign(sample.buildPredicate()), { idempotencyKey: 'one' });
      assert.equal((await refusal(publish(other, { idempotencyKey: 'one' }))).code, 'IDEMPOTENCY_CONFLICT');
      assert.deepEqual([await count(), await unsealed()], [1, 1]);
      await publish(other);
      assert.equal((await refusal(publish(other, { idempotencyKey: 'one' }))).code, 'IDEMPOTENCY_CONFLICT');
    });

    test('keys, records and releases of one tenant are nothing to another', async ({ publish, count, standing }) => {
      const bundle = await sample.sign(sample.buildPredicate());
      const rebuilt = await sample.sign(sample.buildPredicate(), { digests: [digestB] });
      await publish(bundle, { idempotencyKey: 'same' });
      assert.equal((await standing({ tenant: 'globex' })).known, false);
      await publish(rebuilt, { idempotencyKey: 'same' }, { tenant: 'globex' });
      assert.deepEqual([await count('acme'), await count('globex')], [1, 1]);
      assert.deepEqual((await standing({ tenant: 'globex' })).digests, [`sha256:${digestB}`]);
    });

    test('the first build record fixes the artifacts; evidence for another one is refused and takes neither row, key nor ledger entry', async ({
      publish,
      count,
      unsealed,
      standing,
    }) => {
      await publish(await sample.sign(sample.buildPredicate(), { digests: [digestA, digestB] }));
      for (const predicate of [sample.buildPredicate(), sample.stagePredicate()]) {
        const stranger = await sample.sign(predicate, { digests: [digestB, 'c'.repeat(64)] });
        assert.equal((await refusal(publish(stranger, { idempotencyKey: 'free' }))).code, 'RELEASE_DIGEST_CONFLICT');
      }
      assert.deepEqual([await count(), await unsealed()], [1, 1]);
      await publish(await sample.sign(sample.stagePredicate(), { digests: [digestB] }), { idempotencyKey: 'free' });
      assert.deepEqual((await standing()).digests, [`sha256:${digestA}`, `sha256:${digestB}`]);
    });

    test('a rebuild replaces the artifacts and says so; stage evidence rebuilds nothing', async ({ publish, standing, rebuilt }) => {
      const rebuilder = { scopes: ['evidence:publish', 'release:rebuild'] as const };
      await publish(await sample.sign(sample.buildPredicate()));
      assert.equal(
        (await refusal(publish(await sample.sign(sample.stagePredicate(), { digests: [digestB] }), {}, rebuilder))).code,
        'RELEASE_DIGEST_CONFLICT',
      );
      await publish(await sample.sign(sample.buildPredicate(), { digests: [digestB] }), {}, rebuilder);
      const { digests, rebuildRevision } = await standing();
      assert.deepEqual({ digests, rebuildRevision }, { digests: [`sha256:${digestB}`], rebuildRevision: 1 });
      assert.deepEqual(rebuilt, [false, true]);
      const late = sample.buildPredicate({ run: { provider: 'ci', id: 'run-2', attempt: 1 } });
      assert.equal((await refusal(publish(await sample.sign(late)))).code, 'RELEASE_DIGEST_CONFLICT');
    });

    test('a statement whose signer is not trusted takes no key, is remembered once, and forgotten when it is accepted', async (desk) => {
      const bundle = await sample.sign(sample.buildPredicate(), { key: sample.listedKey });
      const unknown = await sample.sign(sample.buildPredicate(), { key: sample.strangerKey, digests: [digestB] });
      for (const refused of [bundle, bundle, unknown]) {
        const { code, retryable } = await refusal(desk.publish(refused, { idempotencyKey: 'kept' }));
        assert.deepEqual({ code, retryable }, { code: 'SIGNATURE_UNTRUSTED', retryable: true });
      }
      const { untrusted, known } = await desk.standing();
      assert.deepEqual(
        { untrusted, known, rows: await desk.count(), entries: await desk.unsealed() },
        { untrusted: 2, known: false, rows: 0, entries: 0 },
      );
      desk.trust = () => sample.trustOf(sample.trustedKey, sample.listedKey);
      await desk.publish(bundle, { idempotencyKey: 'kept' });
      assert.equal((await desk.standing()).untrusted, 1);
      desk.trust = () => sample.trustOf(sample.trustedKey);
      assert.equal(
        (await refusal(desk.publish(bundle))).code,
        'DUPLICATE',
        'what is on record stays on record when its signer is no longer trusted',
      );
      assert.equal((await desk.standing()).untrusted, 1);
    });

    test('a statement refused under one release and accepted under another is refused no more', async (desk) => {
      const bundle = await sample.sign(sample.buildPredicate());
      desk.trust = () => sample.trustOf();
      assert.equal((await refusal(desk.publish(bundle, { releaseId: 'mistaken' }))).code, 'SIGNATURE_UNTRUSTED');
      assert.equal((await desk.standing({ releaseId: 'mistaken' })).untrusted, 1);
      desk.trust = () => sample.trustOf(sample.trustedKey);
      await desk.publish(bundle);
      assert.equal((await desk.standing({ releaseId: 'mistaken' })).untrusted, 0);
      await desk.publishInput({ service, releaseId, cost: 1 });
      assert.equal((await desk.standing()).unsigned, 1);
    });

    test('unsigned claims are listed once and never count', async ({ publishInput, store, standing }) => {
      const input = {
        service,
        releaseId,
        artifacts: [{ type: 'sbom', sha256: digestA }],
        slo: { service, p95Ms: 100, errorRate: 0, window: '15m' },
        cost: { any: ['thing'] },
        environment: 'production',
        stage: '20',
      };
      const { id, signed } = await publishInput(input);
      assert.equal(signed, false);
      const { code, receipt } = await refusal(publishInput(input));
      assert.equal(code, 'DUPLICATE');
      assert.notEqual(receipt.statementDigest, id);
      const records = await store.records(release, 10);
      assert.deepEqual(
        records.map((record) => !record.signed && record.claims.cost),
        [{ any: ['thing'] }],
      );
      const { known, unsigned, slo, sbom, digests } = await standing();
      assert.deepEqual({ known, unsigned, slo, sbom, digests }, { known: false, unsigned: 1, slo: null, sbom: [], digests: [] });
    });

    test('a 20 % window answers neither for 50 % nor for another environment', async ({ publish, standing }) => {
      await publish(await sample.sign(sample.stagePredicate()));
      assert.equal((await standing()).slo?.counting.samples, 180);
      assert.equal((await standing({ stage: '50' })).slo, null);
      assert.equal((await standing({ environment: 'staging' })).slo, null);
      assert.equal((await standing({ releaseId: 'another' })).known, false);
    });

    test('the record that counts is the same in every order of arrival, replays included', async (desk) => {
      const at = (seconds: number) => ({
        from: '2026-11-21T11:58:00.000Z',
        until: new Date(Date.parse('2026-11-21T11:58:00.000Z') + seconds * 1000).toISOString(),
      });
      const window = (seconds: number, attempt: number, p95Ms: number) =>
        sample.stagePredicate({ observed: at(seconds), run: { provider: 'canary', id: `window-${seconds}`, attempt } }, p95Ms);
      const windows = [window(8, 1, 900), window(16, 1, 800), window(16, 2, 100)];
      const orders = [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [2, 0, 1],
        [0, 2, 1],
        [1, 0, 2],
      ];
      for (const [index, order] of orders.entries()) {
        const tenant = index % 2 === 0 ? 'acme' : 'globex';
        const id = `release-${index}`;
        const own = await Promise.all(windows.map((predicate) => sample.sign({ ...predicate, releaseId: id })));
        for (const position of [...order, ...order]) {
          await desk
            .publish(own[position] ?? assert.fail(), { releaseId: id }, { tenant })
            .catch((error: { code: string }) => assert.equal(error.code, 'DUPLICATE'));
        }
        const { slo } = await desk.standing({ tenant, releaseId: id });
        assert.ok(slo !== null && 'canary' in slo.counting.value && slo.previous !== null && 'canary' in slo.previous.value);
        assert.deepEqual([slo.counting.value.canary.p95Ms, slo.counting.run.attempt, slo.previous.value.canary.p95Ms], [100, 2, 900]);
      }
    });

    test('failed runs stay a fact when a later run passes', async ({ publish, standing }) => {
      for (const [id, attempt, minute, failed] of [
        ['run-1', 1, 51, true],
        ['run-1', 2, 52, true],
        ['run-2', 1, 53, true],
        ['run-3', 1, 54, false],
      ] as const) {
        const observed = { from: '2026-11-21T11:50:00.000Z', until: `2026-11-21T11:${minute}:00.000Z` };
        const values = failed ? { tests: sample.failedTests() } : sample.buildPredicate().values;
        await publish(await sample.sign(sample.buildPredicate({ run: { provider: 'ci', id, attempt }, observed, values })));
      }
      const { tests, sbom } = await standing();
      assert.deepEqual(
        tests.map(({ failedRuns, supersededFailures, counting }) => [failedRuns, supersededFailures, counting.run.id]),
        [[2, 3, 'run-3']],
      );
      assert.deepEqual(
        sbom.map(({ failedRuns }) => failedRuns),
        [0],
      );
    });

    test('names that a database would change or refuse come back as they were signed', async ({ publish, store }) => {
      const tests = { ...sample.failedTests(), failures: ['null \u0000 byte', 'emoji 🦀 and "quotes" \\'] };
      const predicate = sample.buildPredicate({ values: { tests }, run: { provider: 'ci\u0000', id: 'run\u0000', attempt: 1 } });
      await publish(await sample.sign(predicate));
      const [record] = await store.records(release, 1);
      assert.deepEqual(record?.signed && record.predicate, predicate);
    });

    activityConformance(test);
    atomicityConformance(test);
    attestationConformance(test);
    noticeConformance(test);
  });
}
