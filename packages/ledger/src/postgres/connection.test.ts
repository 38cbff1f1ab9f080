// What becomes of a connection, and of what the driver answers: without a database, so that every answer can be had.
import { digestOf } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import type { SqlPool, SqlPoolClient } from './pool.ts';
import { createPostgresLedger } from './postgres-ledger.ts';
import { postgresTransactor } from './postgres-transactor.ts';

const stream = { tenant: 'acme', stream: 'evidence' };
const entry = { ...stream, type: 'evidence', subject: 's', bodyDigest: digestOf(1), actor: 'ci', at: '2026-11-21T12:00:00.000Z' };
const down = Object.assign(new Error('going down'), { code: '57P01' });

interface Answer {
  readonly rows?: readonly object[];
  readonly rowCount?: number;
  readonly command?: string;
}

/** Answers each statement by its text; tells what was asked, who listens, and how the connection was given back. */
function poolOf(answer: (text: string) => Answer | Error) {
  const asked: string[] = [];
  const listeners = new Set<(error: Error) => void>();
  const released: (boolean | undefined)[] = [];
  const query = async (text: string) => {
    asked.push(text.trim());
    const answered = answer(text);
    if (answered instanceof Error) throw answered;
    return { rows: [], rowCount: 0, command: text, ...answered };
  };
  const client = {
    query,
    release: (destroy?: boolean) => void released.push(destroy),
    on: (_event: 'error', listener: (error: Error) => void) => listeners.add(listener),
    off: (_event: 'error', listener: (error: Error) => void) => listeners.delete(listener),
  } as unknown as SqlPoolClient;
  const pool = { query, connect: async () => client } as unknown as SqlPool;
  return { pool, asked, listeners, released };
}

describe('the connection of a transaction', () => {
  it('is given back whole after a commit, with nobody listening any more', async () => {
    const { pool, asked, listeners, released } = poolOf(() => ({}));
    const listening = await postgresTransactor(pool).transaction(async () => listeners.size);
    expect([listening, listeners.size, released, asked]).toEqual([1, 0, [false], ['BEGIN', 'COMMIT']]);
  });

  it('is given back whole after work that rejected and was rolled back', async () => {
    const { pool, asked, listeners, released } = poolOf(() => ({}));
    const work = Promise.reject(new Error('no'));
    await expect(postgresTransactor(pool).transaction(() => work)).rejects.toThrow('no');
    expect([listeners.size, released, asked]).toEqual([0, [false], ['BEGIN', 'ROLLBACK']]);
  });

  it.each<[string, (text: string) => Answer | Error, () => Promise<void>, string]>([
    ['its server goes down', () => ({}), () => Promise.reject(down), 'STORE_UNAVAILABLE'],
    ['it cannot begin', (text) => (text === 'BEGIN' ? down : {}), async () => undefined, 'STORE_UNAVAILABLE'],
    ['it breaks while it commits', (text) => (text === 'COMMIT' ? down : {}), async () => undefined, 'STORE_UNAVAILABLE'],
    ['it cannot roll back', (text) => (text === 'ROLLBACK' ? new Error('odd') : {}), () => Promise.reject(new Error('no')), ''],
  ])('is thrown away when %s', async (_title, answer, work, code) => {
    const { pool, released } = poolOf(answer);
    await expect(postgresTransactor(pool).transaction(work)).rejects.toMatchObject(code === '' ? { message: 'no' } : { code });
    expect(released).toEqual([true]);
  });

  it('is thrown away when it broke between two statements, although the work went on', async () => {
    const { pool, listeners, released } = poolOf(() => ({}));
    await postgresTransactor(pool).transaction(async () => {
      for (const listener of listeners) listener(new Error('broken'));
    });
    expect(released).toEqual([true]);
  });

  it('that the pool cannot give is STORE_UNAVAILABLE', async () => {
    const pool = { connect: () => Promise.reject(down) } as unknown as SqlPool;
    await expect(postgresTransactor(pool).transaction(async () => undefined)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: down,
    });
  });

  it('that answers a commit with a rollback stored nothing: the call may be made again', async () => {
    let ran = false;
    const { pool, released } = poolOf((text) => (text === 'COMMIT' ? { command: 'ROLLBACK' } : {}));
    const aborted = postgresTransactor(pool).transaction(async (tx) => tx.onCommit(() => (ran = true)));
    await expect(aborted).rejects.toMatchObject({
      code: 'TRANSACTION_ABORTED',
      message: 'the database had given up the transaction; nothing was stored',
      retryable: true,
      status: 503,
    });
    expect([ran, released]).toEqual([false, [false]]);
  });

  it('is whole although an effect failed after the commit', async () => {
    const { pool, released } = poolOf(() => ({}));
    const committed = postgresTransactor(pool).transaction(async (tx) => {
      tx.onCommit(() => {
        throw new Error('no');
      });
      tx.onCommit(() => undefined);
    });
    await expect(committed).rejects.toMatchObject({
      code: 'COMMIT_EFFECT_FAILED',
      message: 'committed, but 1 of 2 effects failed',
    });
    expect(released).toEqual([false]);
  });
});

describe('the ledger in PostgreSQL', () => {
  const sealing = (answers: Record<string, Answer>) =>
    poolOf((text) => Object.entries(answers).find(([part]) => text.includes(part))?.[1] ?? {});
  const checkpoint = () => Promise.reject(new Error('nobody is asked to sign'));
  const waiting = {
    rows: [{ ...entry, body_digest: entry.bodyDigest, ingest_sequence: '7' }],
  };
  const answers = {
    pg_try_advisory_xact_lock: { rows: [{ locked: true }] },
    'order by ingest_sequence limit': waiting,
    'from ledger.epoch': { rows: [{ epoch: 'e' }] },
    'waiting.unsealed': { rows: [{ unsealed: '0', position: null, hash: null }] },
  };

  it('says that its migrations have not run where it has no epoch', async () => {
    await expect(createPostgresLedger(poolOf(() => ({}))).epoch()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the ledger has no epoch: its migrations have not run',
      status: 503,
    });
  });

  it('says STORE_UNAVAILABLE when its database goes down while it reads', async () => {
    const ledger = createPostgresLedger(poolOf(() => down));
    for (const read of [ledger.epoch(), ledger.head(stream), ledger.entries(stream), ledger.receipts(stream, [1])])
      await expect(read).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: down });
  });

  it('asks nothing of the database when there is nothing to append', async () => {
    const { pool, asked } = poolOf(() => ({}));
    const ledger = createPostgresLedger({ pool });
    expect(await postgresTransactor(pool).transaction((tx) => ledger.append([], { tx }))).toEqual([]);
    expect(asked).toEqual(['BEGIN', 'COMMIT']);
  });

  it('takes one sequence for each entry, or none', async () => {
    const { pool, asked } = poolOf(() => ({}));
    const ledger = createPostgresLedger({ pool });
    const append = postgresTransactor(pool).transaction((tx) => ledger.append([entry], { tx, ingestSequences: [1, 2] }));
    await expect(append).rejects.toThrow('1 entries cannot have 2 ingest sequences');
    expect(asked).toEqual(['BEGIN', 'ROLLBACK']);
  });

  it('says which transaction it needs', async () => {
    const ledger = createPostgresLedger(poolOf(() => ({})));
    const tx = { sql: null, onCommit: () => undefined };
    for (const call of [ledger.append([entry], { tx }), ledger.epoch({ tx }), ledger.beginEpoch('e', { tx })])
      await expect(call).rejects.toMatchObject({
        code: 'TRANSACTION_UNSUITABLE',
        message: 'the PostgreSQL ledger needs a transaction of its own database',
      });
  });

  it.each<[string, Record<string, Answer>, object]>([
    ['is busy while another holds it', { ...answers, pg_try_advisory_xact_lock: { rows: [{ locked: false }] } }, { status: 'busy' }],
    ['is busy where the lock gives no answer', { ...answers, pg_try_advisory_xact_lock: {} }, { status: 'busy' }],
    ['has nothing to seal where nothing waits', { ...answers, 'order by ingest_sequence limit': {} }, { status: 'sealed', sealed: 0 }],
  ])('%s, and nobody signs', async (_title, given, result) => {
    expect(await createPostgresLedger(sealing(given)).seal(stream, { limit: 10, checkpoint })).toEqual(result);
  });

  it('stores no checkpoint where another writer has chained the same entries, and may try again', async () => {
    const { pool, asked } = sealing({ ...answers, 'update ledger.entry': { rowCount: 0 } });
    const heads: unknown[] = [];
    const signing = async (head: unknown) => {
      heads.push(head);
      return {} as never;
    };
    await expect(createPostgresLedger({ pool }).seal(stream, { limit: 10, checkpoint: signing })).rejects.toMatchObject({
      code: 'SEAL_CONFLICT',
      message: 'the entries were chained by another writer',
      retryable: true,
    });
    // Of two snapshots the later one may count fewer that wait than were taken.
    expect(heads).toEqual([{ epoch: 'e', position: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/), unsealed: 0 }]);
    expect(asked.at(-1)).toBe('ROLLBACK');
    expect(asked.some((text) => text.startsWith('insert into ledger.checkpoint'))).toBe(false);
  });
});
