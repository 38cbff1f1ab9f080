import { describe, expect, it } from 'vitest';
import type { NewEvidenceRecord } from './evidence-record.ts';
import type { Insertion } from './evidence-store.ts';
import { type InFlight, insertTogether } from './in-flight.ts';

const record = (changes: Partial<NewEvidenceRecord> = {}) =>
  ({
    tenant: 'acme',
    service: 'checkout',
    releaseId: 'r1',
    statementDigest: 'a'.repeat(64),
    idempotencyKey: 'k',
    ...changes,
  }) as NewEvidenceRecord;
const stored = { isNew: true, record: { ...record(), ingestSequence: 7 } } as Insertion;

function writer() {
  const inFlight: InFlight = new Map();
  const waiting: { resolve: (insertion: Insertion) => void; reject: (error: Error) => void }[] = [];
  const insert = (of: NewEvidenceRecord, mayRebuild = false) =>
    insertTogether(inFlight, of, mayRebuild, () => new Promise((resolve, reject) => waiting.push({ resolve, reject })));
  return { insert, waiting, inFlight };
}

describe('copies of one record at the same moment', () => {
  it('are written once; the first is new, the others are told what it was told', async () => {
    const { insert, waiting, inFlight } = writer();
    const copies = [insert(record()), insert(record()), insert(record())];
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve(stored);
    expect((await Promise.all(copies)).map(({ isNew }) => isNew)).toEqual([true, false, false]);
    expect(inFlight.size).toBe(0);
  });

  it('fail together when the write fails, and the next one is written anew', async () => {
    const { insert, waiting } = writer();
    const copies = [insert(record()), insert(record())];
    waiting[0]?.reject(new Error('store away'));
    expect((await Promise.allSettled(copies)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = insert(record());
    waiting[1]?.resolve(stored);
    expect((await again).isNew).toBe(true);
  });

  it.each<[string, Partial<NewEvidenceRecord>, boolean]>([
    ['another tenant', { tenant: 'globex' }, false],
    ['another release', { releaseId: 'r2' }, false],
    ['another key', { idempotencyKey: 'other' }, false],
    ['another statement', { statementDigest: 'b'.repeat(64) }, false],
    ['another right', {}, true],
  ])('are no copies with %s', async (_, changes, mayRebuild) => {
    const { insert, waiting } = writer();
    const both = [insert(record()), insert(record(changes), mayRebuild)];
    expect(waiting).toHaveLength(2);
    for (const { resolve } of waiting) resolve(stored);
    expect((await Promise.all(both)).map(({ isNew }) => isNew)).toEqual([true, true]);
  });
});
