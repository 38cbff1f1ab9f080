// What every spool must do, in order of a record's life. An adapter's test says how to open it on a directory of its own.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spool, SpoolLease, SpoolOptions, SpoolRecord } from './spool.ts';

/** `describe` and `it` of the test runner. */
export interface SpoolTestRunner {
  describe(title: string, define: () => void): unknown;
  it(title: string, run: () => Promise<void>): unknown;
}

/** Opens the spool that lies in a directory; twice on the same one, as two processes would. */
export type OpenSpool = (directory: string, options: SpoolOptions) => Promise<Spool>;

/** What an adapter cannot promise. */
export interface SpoolLimits {
  /** Whether others than who took a lease know of it. @default true */
  readonly sharesLeases?: boolean;
}

interface Desk {
  /** Opens the spool once more, on the desk's clock. */
  readonly open: (options?: SpoolOptions) => Promise<Spool>;
  /** Milliseconds since the Unix epoch; tests move it. */
  now: number;
}

const leaseMs = 60_000;
const dayMs = 86_400_000;
const refusal = { code: 'IDEMPOTENCY_CONFLICT', message: 'taken', faults: [{ path: '/x', code: 'c', message: 'm' }] };

/** `number` names the record; `size` characters of content. */
export function spoolRecord(number: number, size = 100): SpoolRecord {
  return {
    statementDigest: number.toString(16).padStart(64, '0'),
    idempotencyKey: `key "${number}" ü`,
    bytes: Buffer.from(`{"n":${number},"ü":"${'x'.repeat(size)}"}\n`),
  };
}

const numberOf = (entry: { readonly statementDigest: string }) => Number.parseInt(entry.statementDigest, 16);
const numbers = async (spool: Spool) => (await spool.list()).map(numberOf);
const states = async (spool: Spool) => (await spool.list()).map(({ state }) => state);

async function take(spool: Spool): Promise<SpoolLease> {
  const lease = await spool.lease({ leaseMs });
  assert.ok(lease, 'nothing to lease');
  return lease;
}

async function takeAll(spool: Spool): Promise<number[]> {
  const taken: number[] = [];
  for (let lease = await spool.lease({ leaseMs }); lease !== null; lease = await spool.lease({ leaseMs }))
    taken.push(numberOf(lease.record));
  return taken;
}

/** Registers the conformance tests of the port under `name`. */
export function spoolConformance(
  { describe, it }: SpoolTestRunner,
  name: string,
  open: OpenSpool,
  { sharesLeases = true }: SpoolLimits = {},
): void {
  const test = (title: string, run: (desk: Desk) => Promise<void>): unknown =>
    it(title, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'spool-'));
      const opened: Spool[] = [];
      const desk: Desk = {
        now: Date.parse('2026-11-21T12:00:00Z'),
        async open(options = {}) {
          const spool = await open(directory, { clock: { now: () => desk.now }, ...options });
          opened.push(spool);
          return spool;
        },
      };
      try {
        await run(desk);
      } finally {
        for (const spool of opened) await spool.close();
        await rm(directory, { recursive: true });
      }
    });

  describe(`spool: ${name}`, () => {
    test('gives back the very bytes and key that were put, also to another process', async (desk) => {
      assert.equal(await (await desk.open()).put(spoolRecord(1)), 'stored');
      const { record } = await take(await desk.open());
      assert.deepEqual({ ...record, bytes: Buffer.from(record.bytes) }, spoolRecord(1));
    });

    test('is empty at first', async (desk) => {
      const spool = await desk.open();
      assert.deepEqual(await spool.list(), []);
      assert.equal(await spool.lease({ leaseMs }), null);
      assert.equal(await spool.discard(spoolRecord(1).statementDigest), false);
    });

    test('keeps the order of arrival, within one millisecond, across two who write, and when the clock is set back', async (desk) => {
      const [one, two] = [await desk.open(), await desk.open()];
      for (const number of [5, 3, 8, 1]) await (number % 2 === 0 ? two : one).put(spoolRecord(number));
      desk.now -= 5000;
      await one.put(spoolRecord(0));
      assert.deepEqual(await numbers(two), [5, 3, 8, 1, 0]);
      assert.deepEqual(await takeAll(two), [5, 3, 8, 1, 0]);
    });

    test('holds a record once, however often and however concurrently it is put', async (desk) => {
      const spool = await desk.open();
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => spool.put(spoolRecord(1))));
      assert.equal(outcomes.filter((outcome) => outcome === 'stored').length, 1);
      await take(spool);
      assert.equal(await spool.put(spoolRecord(1)), 'present');
      assert.deepEqual(await numbers(spool), [1]);
    });

    test('states what it holds', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      const [entry, ...rest] = await spool.list();
      assert.ok(entry !== undefined && rest.length === 0);
      assert.ok(entry.size >= spoolRecord(1).bytes.length);
      assert.deepEqual(
        { ...entry, size: 0 },
        { statementDigest: spoolRecord(1).statementDigest, state: 'waiting', spooledAt: desk.now, size: 0, failures: 0, refusal: null },
      );
    });

    test('leases each record to one of many who ask at once', async (desk) => {
      const one = await desk.open();
      const spools = [one, sharesLeases ? await desk.open() : one, sharesLeases ? await desk.open() : one] as const;
      for (let number = 0; number < 12; number++) await spools[0].put(spoolRecord(number));
      const taken = (await Promise.all(spools.flatMap((spool) => Array.from({ length: 8 }, () => takeAll(spool))))).flat();
      assert.deepEqual(
        taken.sort((a, b) => a - b),
        Array.from({ length: 12 }, (_, number) => number),
      );
    });

    test('passes over what the caller excepts', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      await spool.put(spoolRecord(2));
      const lease = await spool.lease({ leaseMs, except: new Set([spoolRecord(1).statementDigest]) });
      assert.equal(lease?.record.statementDigest, spoolRecord(2).statementDigest);
    });

    test('takes a lease back when its time is over; who held it has lost it', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      const lost = await take(spool);
      assert.deepEqual(await states(spool), ['leased']);
      desk.now += leaseMs;
      assert.deepEqual(await states(spool), ['waiting']);
      const lease = await take(spool);
      assert.equal(await spool.release(lost, { failed: true }), false);
      assert.equal(await spool.refuse(lost, refusal), false);
      assert.equal(await spool.complete(lost), false);
      assert.deepEqual(await states(spool), ['leased']);
      assert.equal(await spool.complete(lease), true);
      assert.deepEqual(await spool.list(), []);
    });

    test('puts a record that failed behind those with fewer failures', async (desk) => {
      const spool = await desk.open();
      for (const number of [1, 2, 3]) await spool.put(spoolRecord(number));
      await spool.release(await take(spool), { failed: true });
      await spool.release(await take(spool), { failed: false });
      assert.deepEqual(await numbers(spool), [1, 2, 3]);
      assert.deepEqual(
        (await spool.list()).map(({ failures }) => failures),
        [1, 0, 0],
      );
      assert.deepEqual(await takeAll(spool), [2, 3, 1]);
    });

    test('keeps a refused record with the reason and sends it no more, until it is discarded', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      assert.equal(await spool.refuse(await take(spool), refusal), true);
      assert.equal(await spool.lease({ leaseMs }), null);
      const [entry] = await (await desk.open()).list();
      assert.equal(entry?.state, 'refused');
      assert.deepEqual(entry?.refusal, refusal);
      assert.equal(await spool.discard(spoolRecord(1).statementDigest), true);
      assert.deepEqual(await spool.list(), []);
    });

    test('lets a refused record wait anew when it is put in again', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      await spool.refuse(await take(spool), refusal);
      assert.equal(await spool.put(spoolRecord(1)), 'stored');
      const [entry] = await spool.list();
      assert.deepEqual([entry?.state, entry?.refusal, entry?.failures], ['waiting', null, 0]);
      assert.deepEqual(await takeAll(spool), [1]);
    });

    test('lists what is too old, neither sends nor deletes it, until somebody decides', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      desk.now += 3 * dayMs;
      await spool.put(spoolRecord(2));
      desk.now += 4 * dayMs;
      assert.deepEqual(await states(spool), ['expired', 'waiting']);
      assert.deepEqual(await takeAll(spool), [2]);
      assert.equal(await spool.put(spoolRecord(1)), 'stored');
      assert.deepEqual(await states(spool), ['leased', 'waiting']);
      desk.now += 8 * dayMs;
      assert.equal(await spool.discard(spoolRecord(1).statementDigest), true);
      assert.deepEqual(await numbers(spool), [2]);
    });

    test('refuses loudly what does not fit, and drops nothing to make room', async (desk) => {
      const spool = await desk.open({ maxBytes: 5000 });
      await spool.put(spoolRecord(1, 2000));
      await spool.put(spoolRecord(2, 2000));
      await assert.rejects(spool.put(spoolRecord(3, 2000)), { code: 'SPOOL_FULL', status: 507, retryable: false });
      assert.deepEqual(await numbers(spool), [1, 2]);
      assert.equal(await spool.put(spoolRecord(2, 2000)), 'present');
      await spool.complete(await take(spool));
      assert.equal(await spool.put(spoolRecord(3, 2000)), 'stored');
    });

    test('counts refused records against the limit', async (desk) => {
      const spool = await desk.open({ maxBytes: 3000 });
      await spool.put(spoolRecord(1, 2000));
      await spool.refuse(await take(spool), refusal);
      await assert.rejects(spool.put(spoolRecord(2, 2000)), { code: 'SPOOL_FULL' });
    });

    test('does not discard what is being sent', async (desk) => {
      const spool = await desk.open();
      await spool.put(spoolRecord(1));
      await take(spool);
      assert.equal(await spool.discard(spoolRecord(1).statementDigest), false);
      assert.deepEqual(await numbers(spool), [1]);
    });
  });
}
