import { digestOf } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { newEpoch } from './epoch.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { memoryTransactor } from './memory-transactor.ts';

const at = '2026-11-21T12:00:00.000Z';
const stream = { tenant: 'acme', stream: 'decisions' };
const entry = (subject: string, of = stream) => ({ ...of, type: 'decision', subject, bodyDigest: digestOf(subject), actor: 'gate', at });
const bundle = { mediaType: 'x' } as unknown as Bundle;
const checkpoint = async () => structuredClone(bundle);
const { transaction } = memoryTransactor();

async function ledgerOf(...subjects: string[]) {
  const ledger = createMemoryLedger();
  await transaction((tx) =>
    ledger.append(
      subjects.map((subject) => entry(subject)),
      { tx },
    ),
  );
  await ledger.seal(stream, { limit: 100, checkpoint });
  return ledger;
}

describe('a ledger in memory', () => {
  it('hands out copies: what a caller does to them alters nothing', async () => {
    const ledger = await ledgerOf('a');
    const before = structuredClone([await ledger.entries(stream), await ledger.checkpoints(stream)]);
    for (const found of [...(await ledger.entries(stream)), ...(await ledger.checkpoints(stream))]) Object.assign(found, { position: 9 });
    Object.assign((await ledger.checkpoints(stream))[0]?.bundle as object, { mediaType: 'y' });
    expect([await ledger.entries(stream), await ledger.checkpoints(stream)]).toEqual(before);
  });

  it('begins with the epoch it is given, or with one of now', async () => {
    const epoch = newEpoch({ now: () => 7 });
    expect(await createMemoryLedger({ epoch }).epoch()).toBe(epoch);
    expect((await createMemoryLedger().epoch()) > newEpoch({ now: () => Date.now() - 60_000 })).toBe(true);
  });

  it('chains by the order of its numbers, also when the later one was committed first', async () => {
    const ledger = createMemoryLedger();
    const [one, two] = [memoryTransactor(), memoryTransactor()];
    const numbers = await one.transaction(async (tx) => {
      const early = await ledger.append([entry('early')], { tx });
      const later = await two.transaction((other) => ledger.append([entry('later')], { tx: other }));
      return [...later, ...early].map(({ ingestSequence }) => ingestSequence);
    });
    expect((await ledger.receipts(stream, numbers)).map(({ ingestSequence }) => ingestSequence)).toEqual(numbers.toReversed());
    await ledger.seal(stream, { limit: 100, checkpoint });
    expect((await ledger.entries(stream)).map(({ subject }) => subject)).toEqual(['early', 'later']);
  });

  it('gives entries the sequences that were taken for them, and later ones to those that come next', async () => {
    const ledger = createMemoryLedger();
    const sequences = await transaction(async (tx) => [
      ...(await ledger.append([entry('a'), entry('b')], { tx, ingestSequences: [3, 5] })),
      ...(await ledger.append([entry('c')], { tx })),
    ]);
    expect(sequences.map(({ ingestSequence }) => ingestSequence)).toEqual([3, 5, 6]);
    await expect(transaction((tx) => ledger.append([entry('d')], { tx, ingestSequences: [] }))).rejects.toThrow(
      '1 entries cannot have 0 ingest sequences',
    );
  });

  it('lists the stream that waits longest first, by its oldest entry', async () => {
    const ledger = createMemoryLedger();
    const [first, second] = [
      { ...stream, stream: 'first' },
      { ...stream, stream: 'second' },
    ];
    await transaction((tx) => ledger.append([entry('a', second), entry('b', first), entry('c', second)], { tx }));
    expect(await ledger.unsealedStreams(10)).toEqual([second, first]);
    await ledger.seal(second, { limit: 1, checkpoint });
    expect(await ledger.unsealedStreams(10)).toEqual([first, second]);
    expect(await ledger.unsealedStreams(1)).toEqual([first]);
  });

  it('can be sealed again after a seal that failed, and signs nothing where nothing waits', async () => {
    const ledger = createMemoryLedger();
    await transaction((tx) => ledger.append([entry('a')], { tx }));
    await expect(ledger.seal(stream, { limit: 1, checkpoint: () => Promise.reject(new Error('away')) })).rejects.toThrow('away');
    expect(await ledger.seal(stream, { limit: 1, checkpoint })).toEqual({ status: 'sealed', sealed: 1 });
    expect(await ledger.seal(stream, { limit: 1, checkpoint: () => Promise.reject(new Error('asked')) })).toEqual({
      status: 'sealed',
      sealed: 0,
    });
  });
});
