import { digestOf } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { exportLedger, type ExportLedgerOptions } from './export-ledger.ts';
import type { Ledger, Page, StoredCheckpoint } from './ledger.ts';
import { checkpoints, epoch, parsed, stream } from './sample-export.ts';
import type { SealedEntry } from './entry.ts';

const sealed = parsed.flatMap(({ kind, ...fields }) => (kind === 'entry' ? [fields as unknown as SealedEntry] : []));
const stored = [4, 8, 10].map((position, index) => ({ position, bundle: checkpoints[index] }) as StoredCheckpoint);

/** A store with these records that says its head is at `end`, and what it was asked. */
function storeOf(entries: readonly SealedEntry[], end: number) {
  const asked: [string, Page | undefined][] = [];
  const read =
    <Item extends { readonly position: number }>(name: string, items: readonly Item[]) =>
    async (_stream: unknown, page?: Page): Promise<Item[]> => {
      asked.push([name, page]);
      return items.filter(({ position }) => position > (page?.after ?? 0)).slice(0, page?.limit);
    };
  const ledger = {
    head: async () => ({ epoch, position: end, hash: digestOf('head'), unsealed: 2 }),
    entries: read('entries', entries),
    checkpoints: read('checkpoints', stored),
  } as unknown as Ledger;
  return { ledger, asked };
}

async function exported(ledger: Ledger, options?: ExportLedgerOptions): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const text of exportLedger(ledger, stream, options)) {
    const line = JSON.parse(text) as { kind: string; position: number };
    found.push(line.kind === 'entry' ? line.position : line.kind);
  }
  return found;
}

describe('an export', () => {
  it('begins with a header that names stream, epoch, end and what waits', async () => {
    const { value } = await exportLedger(storeOf(sealed, 10).ledger, stream).next();
    expect(JSON.parse(value as string)).toEqual({
      kind: 'header',
      schema: 'https://promotable.dev/ledger-export/v1',
      ...stream,
      epoch,
      position: 10,
      unsealed: 2,
    });
  });

  it('reads 500 entries at a time, or as many as it is told', async () => {
    const whole = storeOf(sealed, 10);
    await exported(whole.ledger);
    expect(whole.asked).toEqual([
      ['entries', { after: 0, limit: 500 }],
      ['checkpoints', { after: 0, limit: 10 }],
    ]);
    const paged = storeOf(sealed, 10);
    await exported(paged.ledger, { pageSize: 4 });
    expect(paged.asked.filter(([name]) => name === 'entries').map(([, page]) => page?.after)).toEqual([0, 4, 8]);
  });

  it('ends at the head of the call, although the log has grown since', async () => {
    expect(await exported(storeOf(sealed, 5).ledger, { pageSize: 4 })).toEqual(['header', 1, 2, 3, 4, 'checkpoint', 5]);
  });

  it('of a log that has nothing more where its head should be ends there', async () => {
    expect(await exported(storeOf(sealed.slice(0, 3), 10).ledger)).toEqual(['header', 1, 2, 3]);
    expect(await exported(storeOf([], 0).ledger)).toEqual(['header']);
  });

  it('keeps the checkpoint of an entry that is missing', async () => {
    const missing = sealed.filter(({ position }) => position !== 4 && position !== 8);
    expect(await exported(storeOf(missing, 10).ledger)).toEqual([
      'header',
      1,
      2,
      3,
      5,
      6,
      7,
      9,
      10,
      'checkpoint',
      'checkpoint',
      'checkpoint',
    ]);
  });

  it('stops between two pages when its signal is aborted', async () => {
    const stop = new AbortController();
    const lines = exportLedger(storeOf(sealed, 10).ledger, stream, { signal: stop.signal, pageSize: 2 });
    for (let count = 0; count < 3; count++) await lines.next();
    stop.abort(new Error('enough'));
    await expect(lines.next()).rejects.toThrow('enough');
  });
});
