// The part of the store's conformance that is about all or nothing, and about who comes first.
import assert from 'node:assert/strict';
import type { Desk } from './conformance-desk.ts';
import { createEvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';

/** Registers its tests by `test`, which opens a fresh store for each. */
export function atomicityConformance(test: (title: string, run: (desk: Desk) => Promise<void>) => unknown): void {
  test('when the ledger refuses, nothing is stored and the same bytes can come again', async ({
    publish,
    store,
    ledger,
    transactor,
    count,
  }) => {
    const bundle = await sample.sign(sample.buildPredicate());
    const broken = { append: () => Promise.reject(new Error('no ledger today')), receipt: ledger.receipt.bind(ledger) };
    const receiver = createEvidenceReceiver({
      store,
      transactor,
      ledger: broken,
      clock: sample.fixedClock(),
      trust: () => sample.trustOf(sample.trustedKey),
    });
    await assert.rejects(receiver.receive(sample.principal(), sample.inputOf(bundle)), /no ledger today/);
    assert.equal(await count(), 0);
    await publish(bundle);
    assert.equal(await count(), 1);
  });

  test('of concurrent publishes of one statement one is accepted, under one key or many', async ({ publish, count, unsealed }) => {
    const bundle = await sample.sign(sample.buildPredicate());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, index) => publish(bundle, index % 2 === 0 ? {} : { idempotencyKey: `key-${index}` })),
    );
    const codes = outcomes
      .map((outcome) => (outcome.status === 'fulfilled' ? 'ACCEPTED' : (outcome.reason as { code: string }).code))
      .sort();
    assert.deepEqual(codes, ['ACCEPTED', ...Array.from({ length: 15 }, () => 'DUPLICATE')]);
    assert.deepEqual([await count(), await unsealed()], [1, 1]);
  });

  test('of concurrent publishes under one key for two releases one is accepted, the other is a conflict', async ({ publish }) => {
    const one = await sample.sign(sample.buildPredicate());
    const other = await sample.sign(sample.buildPredicate({ releaseId: '1.4.3' }));
    const outcomes = await Promise.allSettled([
      publish(one, { idempotencyKey: 'k' }),
      publish(other, { idempotencyKey: 'k', releaseId: '1.4.3' }),
    ]);
    const codes = outcomes
      .map((outcome) => (outcome.status === 'fulfilled' ? 'ACCEPTED' : (outcome.reason as { code: string }).code))
      .sort();
    assert.deepEqual(codes, ['ACCEPTED', 'IDEMPOTENCY_CONFLICT']);
  });
}
