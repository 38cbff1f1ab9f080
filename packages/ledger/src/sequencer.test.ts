import { digestOf, generateSigningKey, localSigner } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import type { StreamId } from './entry.ts';
import type { SealableLedger } from './ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { memoryTransactor } from './memory-transactor.ts';
import { createSequencer, type SequencerOptions } from './sequencer.ts';

const at = '2026-11-21T12:00:00.000Z';
const signer = localSigner(generateSigningKey('ed25519').privateKeyPem);
const streamOf = (stream: string): StreamId => ({ tenant: 'acme', stream });
const [first, second] = [streamOf('first'), streamOf('second')];

async function ledgerWith(...counts: [StreamId, number][]): Promise<SealableLedger> {
  const ledger = createMemoryLedger();
  for (const [stream, count] of counts) {
    const entries = Array.from({ length: count }, (_, index) => ({
      ...stream,
      type: 'evidence',
      subject: `s-${index}`,
      bodyDigest: digestOf(index),
      actor: 'ci',
      at,
    }));
    await memoryTransactor().transaction((tx) => ledger.append(entries, { tx }));
  }
  return ledger;
}

function sequencerOf(ledger: SealableLedger, change: Partial<SequencerOptions> = {}) {
  const onError = (error: unknown) => {
    throw error;
  };
  return createSequencer({ ledger, signer, clock: { now: () => Date.parse(at), monotonic: () => 0 }, onError, ...change });
}

describe('one round of a sequencer', () => {
  it('asks for 1000 streams and seals 500 entries at a time, unless told otherwise', async () => {
    const asked: unknown[] = [];
    const ledger = await ledgerWith([first, 1]);
    const watched: SealableLedger = {
      ...ledger,
      unsealedStreams: (limit) => {
        asked.push(limit);
        return ledger.unsealedStreams(limit);
      },
      seal: (stream, options) => {
        asked.push([stream, options.limit]);
        return ledger.seal(stream, options);
      },
    };
    expect(await sequencerOf(watched).runOnce()).toEqual({ sealed: 1, skipped: 0 });
    await sequencerOf({ ...watched, seal: ledger.seal }, { streamsPerRound: 3 }).runOnce();
    expect(asked).toEqual([1000, [first, 500], 3]);
  });

  it('takes 20 batches of a stream at most, so that the other streams have their turn', async () => {
    const ledger = await ledgerWith([first, 25], [second, 2]);
    const sequencer = sequencerOf(ledger, { batchSize: 1 });
    expect(await sequencer.runOnce()).toEqual({ sealed: 22, skipped: 0 });
    expect([(await ledger.head(first)).unsealed, (await ledger.head(second)).unsealed]).toEqual([5, 0]);
    expect(await sequencer.runOnce()).toEqual({ sealed: 5, skipped: 0 });
  });

  it('ends the turn of a stream with a batch that is not full', async () => {
    const ledger = await ledgerWith([first, 5]);
    let batches = 0;
    const counted: SealableLedger = {
      ...ledger,
      seal: (stream, options) => {
        batches += 1;
        return ledger.seal(stream, options);
      },
    };
    expect(await sequencerOf(counted, { batchSize: 2 }).runOnce()).toEqual({ sealed: 5, skipped: 0 });
    expect(batches).toBe(3);
  });

  it('never rejects: it tells when the streams cannot be listed, and when one of them fails, and seals the others', async () => {
    const heard: unknown[] = [];
    const onError: SequencerOptions['onError'] = (error, stream) => void heard.push([(error as Error).message, stream]);
    const ledger = await ledgerWith([first, 2], [second, 3]);
    const away: SealableLedger = { ...ledger, unsealedStreams: () => Promise.reject(new Error('away')) };
    expect(await sequencerOf(away, { onError }).runOnce()).toEqual({ sealed: 0, skipped: 0 });
    const failing: SealableLedger = {
      ...ledger,
      seal: (stream, options) => (stream.stream === 'first' ? Promise.reject(new Error('full')) : ledger.seal(stream, options)),
    };
    expect(await sequencerOf(failing, { onError }).runOnce()).toEqual({ sealed: 3, skipped: 1 });
    expect(heard).toEqual([
      ['away', null],
      ['full', first],
    ]);
  });

  it('passes over a stream that another sequencer holds', async () => {
    const ledger = await ledgerWith([first, 2], [second, 3]);
    const held: SealableLedger = {
      ...ledger,
      seal: (stream, options) => (stream.stream === 'first' ? Promise.resolve({ status: 'busy' }) : ledger.seal(stream, options)),
    };
    expect(await sequencerOf(held).runOnce()).toEqual({ sealed: 3, skipped: 1 });
  });
});

describe('a running sequencer', () => {
  /** Tells when a batch is asked for, and waits until it may go on. */
  function gated(ledger: SealableLedger) {
    const asked: string[] = [];
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seal: SealableLedger['seal'] = async (stream, options) => {
      asked.push(stream.stream);
      enter();
      await released;
      return ledger.seal(stream, options);
    };
    return { ledger: { ...ledger, seal }, asked, entered, release: () => release() };
  }

  it('ends with the batch under way when it is stopped, and stop waits for it', async () => {
    const ledger = await ledgerWith([first, 4], [second, 2]);
    const gate = gated(ledger);
    const sequencer = sequencerOf(gate.ledger, { batchSize: 2, intervalMs: 1 });
    sequencer.start();
    await gate.entered;
    const stopped = sequencer.stop();
    gate.release();
    await stopped;
    expect(gate.asked).toEqual(['first']);
    expect([(await ledger.head(first)).unsealed, (await ledger.head(second)).unsealed]).toEqual([2, 2]);
  });

  it('is one, however often it is started, and can be started again after a stop', async () => {
    const ledger = await ledgerWith([first, 1]);
    const gate = gated(ledger);
    const sequencer = sequencerOf(gate.ledger, { intervalMs: 1_000_000 });
    sequencer.start();
    sequencer.start();
    await gate.entered;
    gate.release();
    await sequencer.stop();
    expect(gate.asked).toEqual(['first']);

    const again = gated(await ledgerWith([first, 1]));
    const restarted = sequencerOf(again.ledger, { intervalMs: 1_000_000 });
    restarted.start();
    await restarted.stop();
    restarted.start();
    await again.entered;
    again.release();
    await restarted.stop();
    expect(again.asked).toEqual(['first']);
  });

  it('that never ran stops at once', async () => {
    await expect(sequencerOf(await ledgerWith()).stop()).resolves.toBeUndefined();
  });
});
