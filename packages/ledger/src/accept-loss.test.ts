import { digestOf } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { acceptLoss } from './accept-loss.ts';
import type { Checkpoint } from './checkpoint.ts';
import { newEpoch } from './epoch.ts';
import { lostCheckpoints } from './lost-checkpoints.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { memoryTransactor } from './memory-transactor.ts';

const at = '2026-11-21T12:00:00.000Z';
const stream = { tenant: 'acme', stream: 'decisions' };
const entry = (subject: string, of = stream) => ({ ...of, type: 'decision', subject, bodyDigest: digestOf(subject), actor: 'gate', at });
const bundle = { mediaType: 'x' } as unknown as Bundle;
const checkpoint = async () => structuredClone(bundle);
const { transaction } = memoryTransactor();
const epochAt = (time: number) => newEpoch({ now: () => time });

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

describe('a checkpoint that a store does not meet', () => {
  it('is told by the record in its place alone', async () => {
    const ledger = await ledgerOf('a', 'b', 'c');
    const [, second, third] = await ledger.entries(stream);
    const known: Checkpoint = { ...stream, epoch: await ledger.epoch(), position: 2, hash: second?.hash as string, at, unsealed: 0 };
    const asked: unknown[] = [];
    const watched: Pick<typeof ledger, 'entries' | 'epoch'> = {
      epoch: ledger.epoch,
      entries: (of, page) => {
        asked.push(page);
        return ledger.entries(of, page);
      },
    };
    expect(await lostCheckpoints(watched, [known])).toEqual([]);
    expect(asked).toEqual([{ after: 1, limit: 1 }]);
    // The hash that is stored was altered, and nothing else.
    const altered = { epoch: ledger.epoch, entries: async () => (second === undefined ? [] : [{ ...second, hash: '0'.repeat(64) }]) };
    expect(await lostCheckpoints(altered, [known])).toEqual([{ checkpoint: known, code: 'CHECKPOINT_MISMATCH' }]);
    // The record is gone, and another stands behind where it was, with a hash of its own.
    const gone = { epoch: ledger.epoch, entries: async () => (third === undefined ? [] : [third]) };
    expect(await lostCheckpoints(gone, [{ ...known, hash: third?.hash as string }])).toEqual([
      { checkpoint: { ...known, hash: third?.hash }, code: 'CHECKPOINT_MISMATCH' },
    ]);
  });
});

describe('accepting a loss', () => {
  const lost = (epoch: string, of = stream): Checkpoint => ({ ...of, epoch, position: 6, hash: '0'.repeat(64), at, unsealed: 0 });
  const accept = async (now: number, ...checkpoints: Checkpoint[]) => {
    const ledger = createMemoryLedger({ epoch: epochAt(1000) });
    const accepted = await acceptLoss(checkpoints, {
      ledger,
      transactor: memoryTransactor(),
      clock: { now: () => now },
      actor: 'operator',
    });
    return { ledger, ...accepted };
  };
  const timeOf = (epoch: string) => Number.parseInt(epoch.replace('-', '').slice(0, 12), 16);

  it('begins an epoch of now, or one millisecond behind the latest known where the clock is behind', async () => {
    expect(timeOf((await accept(5000, lost(epochAt(3000)))).epoch)).toBe(5000);
    expect(timeOf((await accept(5000, lost(epochAt(7000)), lost(epochAt(6000)))).epoch)).toBe(7001);
    expect(timeOf((await accept(500)).epoch)).toBe(1001);
  });

  it('states each loss in its own stream, when, and by whom', async () => {
    const other = { tenant: 'globex', stream: 'evidence' };
    const now = Date.parse(at);
    const { ledger, receipts, epoch } = await accept(now, lost(epochAt(3000)), lost(epochAt(4000), other));
    expect([await ledger.epoch(), receipts.map(({ state }) => state)]).toEqual([epoch, ['unsealed', 'unsealed']]);
    for (const of of [stream, other]) {
      await ledger.seal(of, { limit: 10, checkpoint });
      expect(await ledger.entries(of)).toMatchObject([{ ...of, type: 'discontinuity', actor: 'operator', at }]);
    }
  });
});
