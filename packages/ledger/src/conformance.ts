// What every adapter of the ledger must do, whatever it stores in. Runs under any test runner.
import assert from 'node:assert/strict';
import { digestOf, generateSigningKey, localSigner, publicKeyFromPem, verifyBundle } from '@promotable/attest';
import type { Clock, Transactor } from '@promotable/contracts';
import { verifyCheckpoint } from './checkpoint.ts';
import { discontinuityEntry } from './discontinuity.ts';
import type { LedgerEntry, StreamId } from './entry.ts';
import { genesisHash } from './entry-hash.ts';
import { newEpoch } from './epoch.ts';
import type { SealableLedger } from './ledger.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';
import { verifyLedger } from './verify-ledger.ts';

/** `describe` and `it` of the test runner. */
export interface TestRunner {
  describe(title: string, define: () => void): unknown;
  it(title: string, run: () => Promise<void>): unknown;
}

/** A fresh, empty ledger and what begins its transactions. */
export interface LedgerHarness {
  readonly ledger: SealableLedger;
  readonly transactor: Transactor;
  close(): Promise<void>;
}

const at = '2026-11-21T12:00:00.000Z';
const clock: Clock = { now: () => Date.parse(at), monotonic: () => 0 };
const key = generateSigningKey('ecdsa-p256');
const signer = localSigner(key.privateKeyPem);
const publicKey = publicKeyFromPem(key.publicKeyPem);
const resolveKey = (keyId: string) => (keyId === key.keyId ? publicKey : null);
const evidence: StreamId = { tenant: 'acme', stream: 'evidence' };

function entry(subject: string | number, stream = evidence): LedgerEntry {
  return { ...stream, type: 'evidence.published', subject: String(subject), bodyDigest: digestOf(subject), actor: 'ci#main', at };
}

function sequencerOf(ledger: SealableLedger, batchSize = 500): Sequencer {
  return createSequencer({
    ledger,
    signer,
    clock,
    batchSize,
    onError: (error) => {
      throw error;
    },
  });
}

function append({ ledger, transactor }: LedgerHarness, ...entries: LedgerEntry[]) {
  return transactor.transaction((tx) => ledger.append(entries, { tx }));
}

/** Registers the conformance tests of the port under `name`; `open` is called once per test. */
export function ledgerConformance({ describe, it }: TestRunner, name: string, open: () => Promise<LedgerHarness>): void {
  const test = (title: string, run: (harness: LedgerHarness) => Promise<void>) =>
    it(title, async () => {
      const harness = await open();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });

  describe(`ledger conformance: ${name}`, () => {
    test('gives a receipt that is unsealed until its entry has a position', async (harness) => {
      const [receipt] = await append(harness, entry('a'));
      assert.equal(receipt?.state, 'unsealed');
      const sequence = receipt?.ingestSequence as number;
      assert.deepEqual(await harness.ledger.receipt(evidence, sequence), receipt);
      await sequencerOf(harness.ledger).runOnce();
      const [sealed] = await harness.ledger.entries(evidence);
      assert.deepEqual(await harness.ledger.receipt(evidence, sequence), {
        ingestSequence: sequence,
        state: { position: 1, hash: sealed?.hash },
      });
      assert.equal(await harness.ledger.receipt({ ...evidence, tenant: 'globex' }, sequence), null);
      const [waiting] = await append(harness, entry('b'));
      const both = [waiting?.ingestSequence as number, sequence];
      assert.deepEqual(await harness.ledger.receipts(evidence, [...both, 1e9]), [
        await harness.ledger.receipt(evidence, sequence),
        waiting,
      ]);
      assert.deepEqual(await harness.ledger.receipts({ ...evidence, tenant: 'globex' }, both), []);
    });

    test('finds entries by the digest of their body, sealed or not, of this stream alone', async (harness) => {
      const [sealed] = await append(harness, entry('a'));
      await sequencerOf(harness.ledger).runOnce();
      const [waiting] = await append(harness, { ...entry('b'), bodyDigest: 'b'.repeat(64) });
      const { bodyDigest } = entry('a');
      assert.deepEqual(await harness.ledger.receiptsByBody(evidence, ['b'.repeat(64), bodyDigest, 'c'.repeat(64)]), [
        { ...(await harness.ledger.receipt(evidence, sealed?.ingestSequence as number)), bodyDigest },
        { ...waiting, bodyDigest: 'b'.repeat(64) },
      ]);
      assert.deepEqual(await harness.ledger.receiptsByBody({ ...evidence, tenant: 'globex' }, [bodyDigest]), []);
      assert.deepEqual(await harness.ledger.receiptsByBody(evidence, ['b'.repeat(64)]), [{ ...waiting, bodyDigest: 'b'.repeat(64) }]);
      assert.deepEqual(await harness.ledger.receiptsByBody(evidence, []), []);
    });

    test('chains entries in the order they were appended, from position 1 and 64 zeros', async (harness) => {
      await append(harness, entry('a'), entry('b'));
      await append(harness, entry('c'));
      await sequencerOf(harness.ledger, 2).runOnce();
      const entries = await harness.ledger.entries(evidence);
      assert.deepEqual(
        entries.map(({ subject, position }) => [subject, position]),
        [
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ],
      );
      assert.deepEqual(
        entries.map(({ previousHash }) => previousHash),
        [genesisHash, entries[0]?.hash, entries[1]?.hash],
      );
      assert.deepEqual(await harness.ledger.head(evidence), {
        epoch: await harness.ledger.epoch(),
        position: 3,
        hash: entries[2]?.hash,
        unsealed: 0,
      });
    });

    test('gives back every field as it was, and pages by position', async (harness) => {
      const odd = { ...entry('"\\ é 😀 \u2028'), actor: 'x'.repeat(512) };
      await append(harness, odd, entry('b'), entry('c'));
      await sequencerOf(harness.ledger).runOnce();
      const [found] = await harness.ledger.entries(evidence, { limit: 1 });
      const placed = { position: 1, previousHash: genesisHash, hash: found?.hash, ingestSequence: found?.ingestSequence };
      assert.deepEqual(found, { ...odd, ...placed });
      assert.deepEqual(
        (await harness.ledger.entries(evidence, { after: 1, limit: 1 })).map(({ subject }) => subject),
        ['b'],
      );
      assert.deepEqual(await harness.ledger.entries(evidence, { after: 3 }), []);
    });

    test('keeps nothing of a transaction that is rolled back', async (harness) => {
      const failing = harness.transactor.transaction(async (tx) => {
        await harness.ledger.append([entry('a')], { tx });
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      await sequencerOf(harness.ledger).runOnce();
      assert.deepEqual(await harness.ledger.entries(evidence), []);
      assert.deepEqual(await harness.ledger.unsealedStreams(10), []);
    });

    test('makes one chain without gaps of 200 concurrent appends, while two sequencers run', async (harness) => {
      const sequencers = [sequencerOf(harness.ledger, 7), sequencerOf(harness.ledger, 11)];
      const appends = Array.from({ length: 200 }, (_, index) => append(harness, entry(index)));
      const rounds = (async () => {
        for (let round = 0; round < 20; round++) await Promise.all(sequencers.map((sequencer) => sequencer.runOnce()));
      })();
      await Promise.all([...appends, rounds]);
      await sequencerOf(harness.ledger).runOnce();
      const entries = await harness.ledger.entries(evidence);
      assert.equal(new Set(entries.map(({ subject }) => subject)).size, 200);
      const report = await verifyLedger(harness.ledger, evidence, { resolveKey });
      assert.deepEqual([report.ok, report.entries, report.unsealed, report.head?.position], [true, 200, 0, 200]);
    });

    test('keeps tenants and streams apart: each has its own chain', async (harness) => {
      const decisions = { ...evidence, stream: 'decisions' };
      const globex = { ...evidence, tenant: 'globex' };
      await append(harness, entry('a'), entry('b', decisions), entry('c', globex));
      assert.deepEqual(await harness.ledger.unsealedStreams(2), [evidence, decisions]);
      await sequencerOf(harness.ledger).runOnce();
      for (const [stream, subject] of [
        [evidence, 'a'],
        [decisions, 'b'],
        [globex, 'c'],
      ] as const) {
        assert.deepEqual(
          (await harness.ledger.entries(stream)).map((found) => [found.subject, found.position]),
          [[subject, 1]],
        );
        assert.equal((await verifyLedger(harness.ledger, stream, { resolveKey })).ok, true);
      }
    });

    test('refuses malformed and oversized entries with every fault, and stores none of the call', async (harness) => {
      const wrong = { ...entry('ok'), tenant: 'a/b', bodyDigest: 'x', at: '2026-11-21T12:00:00+01:00', note: 1 } as LedgerEntry;
      await assert.rejects(append(harness, entry('ok'), wrong), (error: { code?: string; faults?: { path: string }[] }) => {
        assert.deepEqual(
          [error.code, error.faults?.map(({ path }) => path)],
          ['ENTRY_INVALID', ['/1/tenant', '/1/bodyDigest', '/1/at', '/1/note']],
        );
        return true;
      });
      await assert.rejects(append(harness, { ...entry('é'.repeat(1000)), actor: 'x'.repeat(300) }), {
        code: 'ENTRY_INVALID',
        faults: [{ path: '/0', code: 'too_big', message: 'must be at most 2048 bytes' }],
      });
      await assert.rejects(append(harness, entry('a\u0000b')), { code: 'ENTRY_INVALID' });
      assert.deepEqual(await harness.ledger.unsealedStreams(10), []);
    });

    test('signs a checkpoint per batch, which says how many entries still wait', async (harness) => {
      await append(harness, ...Array.from({ length: 5 }, (_, index) => entry(index)));
      await sequencerOf(harness.ledger, 2).runOnce();
      const entries = await harness.ledger.entries(evidence);
      const checkpoints = (await harness.ledger.checkpoints(evidence)).map(({ bundle }) => verifyCheckpoint(bundle, resolveKey));
      const epoch = await harness.ledger.epoch();
      const expected = [
        [2, 3],
        [4, 1],
        [5, 0],
      ].map(([position, unsealed]) => ({ ...evidence, epoch, position, hash: entries[(position as number) - 1]?.hash, at, unsealed }));
      assert.deepEqual(checkpoints, expected);
      const [last] = await harness.ledger.checkpoints(evidence, { after: 4 });
      assert.equal(verifyBundle(last?.bundle, resolveKey).statement.subject[0]?.digest.sha256, entries[4]?.hash);
    });

    test('leaves every entry unsealed when the checkpoint cannot be signed, and goes on with the next round', async (harness) => {
      await append(harness, entry('a'), entry('b'));
      const unable = { ...signer, sign: () => Promise.reject(new Error('key service away')) };
      const errors: unknown[] = [];
      const failing = createSequencer({
        ledger: harness.ledger,
        signer: unable,
        clock,
        onError: (error, stream) => errors.push([(error as Error).message, stream]),
      });
      assert.deepEqual(await failing.runOnce(), { sealed: 0, skipped: 1 });
      assert.deepEqual(errors, [['key service away', evidence]]);
      assert.equal((await harness.ledger.head(evidence)).unsealed, 2);
      assert.deepEqual(await sequencerOf(harness.ledger).runOnce(), { sealed: 2, skipped: 0 });
      assert.equal((await verifyLedger(harness.ledger, evidence, { resolveKey })).ok, true);
    });

    test('lets one sequencer at a time seal a stream', async (harness) => {
      await append(harness, entry('a'));
      const outcome = await harness.ledger
        .seal(evidence, {
          limit: 10,
          checkpoint: async () => {
            assert.deepEqual(await sequencerOf(harness.ledger).runOnce(), { sealed: 0, skipped: 1 });
            throw new Error('enough');
          },
        })
        .catch((error: Error) => error.message);
      assert.equal(outcome, 'enough');
    });

    test('starts a later epoch on recovery, and the loss it states is listed', async (harness) => {
      await append(harness, entry('a'));
      await sequencerOf(harness.ledger).runOnce();
      const [{ bundle } = {} as never] = await harness.ledger.checkpoints(evidence);
      const lost = verifyCheckpoint(bundle, resolveKey);
      const epoch = newEpoch({ now: () => Date.parse('2999-01-01T00:00:00Z') });
      await harness.transactor.transaction(async (tx) => {
        await harness.ledger.beginEpoch(epoch, { tx });
        await harness.ledger.append([discontinuityEntry({ lost, actor: 'operator', at })], { tx });
      });
      await sequencerOf(harness.ledger).runOnce();
      assert.equal(await harness.ledger.epoch(), epoch);
      assert.ok(epoch > lost.epoch);
      const report = await verifyLedger(harness.ledger, evidence, { resolveKey, checkpoints: [bundle] });
      assert.deepEqual([report.ok, report.discontinuities], [true, [{ position: 2, at, subject: `${lost.epoch}@1` }]]);
    });

    test('is sealed by a running sequencer without being asked, until it is stopped', async (harness) => {
      let signed: () => void = () => undefined;
      const aCheckpoint = new Promise<void>((resolve) => {
        signed = resolve;
      });
      const watched = { ...signer, sign: (bytes: Uint8Array) => signer.sign(bytes).finally(signed) };
      const sequencer = createSequencer({
        ledger: harness.ledger,
        signer: watched,
        clock,
        intervalMs: 5,
        onError: (error) => {
          throw error;
        },
      });
      sequencer.start();
      sequencer.start();
      await append(harness, entry('a'));
      await aCheckpoint;
      await sequencer.stop();
      assert.equal((await harness.ledger.head(evidence)).position, 1);
      await append(harness, entry('b'));
      assert.equal((await harness.ledger.head(evidence)).unsealed, 1);
    });
  });
}
