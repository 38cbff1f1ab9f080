import { canonicalize, localSigner } from '@promotable/attest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import { entryHash } from './entry-hash.ts';
import { genesisHash } from './entry-hash.ts';
import { exportLedger } from './export-ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { verifyLedger, verifyLedgerExport } from './verify-ledger.ts';
import type { SealedEntry } from './entry.ts';
import {
  at,
  checkpoints,
  edit,
  epoch,
  indexOf,
  lines,
  noCheckpoints,
  parsed,
  resolveKey,
  rewritten,
  signer,
  stolen,
  stream,
  summary,
  verify,
  without,
} from './sample-export.ts';

describe('an export that nobody touched', () => {
  it('is verified, with the entries that no checkpoint covers and those that wait counted as unsealed', async () => {
    expect(await verify(lines, checkpoints)).toMatchObject({
      ok: true,
      entries: 10,
      anchored: 10,
      unsealed: 2,
      faults: [],
      head: { position: 10 },
      stream,
    });
    expect(await verify(noCheckpoints(lines))).toMatchObject({ ok: true, anchored: null, unsealed: 12 });
    expect(await verify(noCheckpoints(lines), checkpoints.slice(0, 1))).toMatchObject({ ok: true, anchored: 4, unsealed: 8 });
  });

  it('has each checkpoint behind the record it vouches for', () => {
    expect(parsed.map((line) => (line.kind === 'entry' ? line.position : line.kind))).toEqual([
      'header',
      1,
      2,
      3,
      4,
      'checkpoint',
      5,
      6,
      7,
      8,
      'checkpoint',
      9,
      10,
      'checkpoint',
    ]);
  });

  it('of an empty stream is verified too', async () => {
    const empty: string[] = [];
    for await (const line of exportLedger(createMemoryLedger(), stream)) empty.push(line);
    expect(await verify(empty)).toMatchObject({ ok: true, entries: 0, head: null, unsealed: 0 });
  });
});

describe('an altered byte', () => {
  it('of a record names that record, wherever the byte is', async () => {
    const at = fc
      .integer({ min: 1, max: 10 })
      .chain((position) =>
        fc.tuple(fc.constant(position), fc.nat((lines[indexOf(position)] as string).length - 1), fc.integer({ min: 32, max: 126 })),
      );
    await fc.assert(
      fc.asyncProperty(at, async ([position, offset, byte]) => {
        const line = lines[indexOf(position)] as string;
        const other = line.slice(0, offset) + String.fromCharCode(byte) + line.slice(offset + 1);
        fc.pre(other !== line);
        const report = await verify(lines.map((text) => (text === line ? other : text)));
        expect(report.ok).toBe(false);
        expect(report.faults[0]?.position).toBe(position);
      }),
      { numRuns: 500 },
    );
  });

  it('of a record accuses no other record', async () => {
    expect(await summary(edit(6, { subject: 's-7' }))).toEqual([[6, 'HASH_MISMATCH']]);
    expect(await summary(edit(6, { hash: '0'.repeat(64) }))).toEqual([[6, 'HASH_MISMATCH']]);
    expect(await summary(lines.map((line, index) => (index === indexOf(6) ? 'x' : line)))).toEqual([[6, 'LINE_INVALID']]);
  });

  it('of a checkpoint is found', async () => {
    const line = lines.at(-1) as string;
    await fc.assert(
      fc.asyncProperty(fc.nat(line.length - 1), fc.integer({ min: 32, max: 126 }), async (offset, byte) => {
        const other = line.slice(0, offset) + String.fromCharCode(byte) + line.slice(offset + 1);
        fc.pre(other !== line);
        expect((await verify([...lines.slice(0, -1), other])).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('that leaves the value as it was is found as well: white space, an escape, a field of its own', async () => {
    const line = lines[indexOf(5)] as string;
    for (const other of [
      `${line} `,
      line.replace('s-5', '\\u0073-5'),
      line.replace('{', '{"a":1,'),
      line.replace('{"actor"', '{"actor":"x","actor"'),
    ]) {
      expect(await summary(lines.map((text) => (text === line ? other : text)))).toEqual([[5, 'LINE_INVALID']]);
    }
  });
});

describe('a record', () => {
  it('that is missing leaves a gap', async () => {
    expect(await summary(without(3))).toEqual([[3, 'GAP']]);
    expect(await summary(without(1, 2, 3))).toEqual([[1, 'GAP']]);
    expect(await summary(without(6), checkpoints)).toEqual([[6, 'GAP']]);
  });

  it('that is missing together with its checkpoint is found by an exported one', async () => {
    const edited = without(4).filter((line, index, all) => !(line.startsWith('{"bundle"') && all[index - 1]?.includes('"position":3,')));
    expect(await summary(edited, checkpoints.slice(0, 1))).toEqual([
      [4, 'GAP'],
      [4, 'BEHIND_CHECKPOINT'],
    ]);
  });

  it('out of order is named', async () => {
    const swapped = [...lines];
    [swapped[indexOf(2)], swapped[indexOf(3)]] = [lines[indexOf(3)] as string, lines[indexOf(2)] as string];
    expect(await summary(swapped)).toEqual([
      [2, 'GAP'],
      [2, 'OUT_OF_ORDER'],
    ]);
  });

  it('that occurs twice is named', async () => {
    expect(await summary(lines.flatMap((line, index) => (index === indexOf(2) ? [line, line] : [line])))).toEqual([[2, 'OUT_OF_ORDER']]);
  });

  it('replaced by one with a good hash of its own breaks the link', async () => {
    const {
      kind: _kind,
      hash: _hash,
      ...fields
    } = { ...parsed[indexOf(6)], subject: 'forged' } as unknown as SealedEntry & { kind: string };
    expect(await summary(edit(6, { ...fields, hash: entryHash(fields) }))).toEqual([[7, 'LINK_BROKEN']]);
  });

  it('of another tenant is named', async () => {
    const {
      kind: _kind,
      hash: _hash,
      ...fields
    } = { ...parsed[indexOf(10)], tenant: 'globex' } as unknown as SealedEntry & { kind: string };
    expect(await summary(noCheckpoints(edit(10, { ...fields, hash: entryHash(fields) })))).toEqual([[10, 'FOREIGN_ENTRY']]);
  });
});

describe('a chain that was rewritten and rehashed', () => {
  it('is found by its own checkpoints, from the record on', async () => {
    expect(await summary(rewritten(6))).toEqual([
      [8, 'CHECKPOINT_MISMATCH'],
      [10, 'CHECKPOINT_MISMATCH'],
    ]);
  });

  it('is found by an exported checkpoint when its own were removed, and without one counts as unsealed', async () => {
    expect(await summary(noCheckpoints(rewritten(1)), checkpoints.slice(0, 1))).toEqual([[4, 'CHECKPOINT_MISMATCH']]);
    expect(await verify(noCheckpoints(rewritten(1)))).toMatchObject({ ok: true, anchored: null, unsealed: 12 });
  });

  it('cannot be covered by checkpoints of a key that is not accepted', async () => {
    const forged = await signCheckpoint(
      stream,
      { epoch, position: 10, hash: genesisHash, unsealed: 0 },
      at,
      localSigner(stolen.privateKeyPem),
    );
    expect(await summary([...noCheckpoints(rewritten(1)), canonicalize({ kind: 'checkpoint', bundle: forged })])).toEqual([
      [null, 'CHECKPOINT_INVALID'],
    ]);
  });
});

describe('a removed tail', () => {
  const cut = lines.slice(0, indexOf(8)).map((line, index) => (index === 0 ? canonicalize({ ...parsed[0], position: 7 }) : line));

  it('is found against an exported checkpoint', async () => {
    expect(await summary(cut, checkpoints)).toEqual([
      [8, 'BEHIND_CHECKPOINT'],
      [10, 'BEHIND_CHECKPOINT'],
    ]);
  });

  it('is found against the header when only the file was cut', async () => {
    expect(await summary(lines.slice(0, indexOf(8)))).toEqual([[7, 'TRUNCATED']]);
  });

  it('is found when a checkpoint was left behind', async () => {
    expect(await summary([...cut, lines.at(-1) as string])).toEqual([[10, 'BEHIND_CHECKPOINT']]);
  });
});

describe('a checkpoint from outside', () => {
  it('of another stream, or one that is not believed, is a fault and never passed over', async () => {
    const foreign = await signCheckpoint(
      { ...stream, tenant: 'globex' },
      { epoch, position: 4, hash: genesisHash, unsealed: 0 },
      at,
      signer,
    );
    expect(await summary(lines, [foreign])).toEqual([[4, 'FOREIGN_CHECKPOINT']]);
    expect(await summary(lines, [{}])).toEqual([[null, 'CHECKPOINT_INVALID']]);
  });

  it('of a later epoch tells that the ledger is an older incarnation', async () => {
    const head = {
      epoch: 'ffffffff-ffff-7fff-bfff-ffffffffffff',
      position: 10,
      hash: parsed[indexOf(10)]?.['hash'] as string,
      unsealed: 0,
    };
    expect(await summary(lines, [await signCheckpoint(stream, head, at, signer)])).toEqual([[null, 'EPOCH_MISMATCH']]);
  });
});

describe('an export', () => {
  it.each([
    ['that is empty', []],
    ['without header', lines.slice(1)],
    ['with a header of another stream', [canonicalize({ ...parsed[0], stream: 'evidence' })]],
    ['with a header that is no header', ['{}']],
  ])('%s is refused', async (_title, edited) => {
    expect(await verify(edited)).toMatchObject({ ok: false, stream: null, faults: [{ position: null, code: 'HEADER_INVALID' }] });
  });

  it('with any lines whatever is judged without an exception, with at most 100 faults', async () => {
    const noise = fc.array(fc.oneof(fc.constantFrom(...lines), fc.json(), fc.string()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(noise, async (some) => {
        const report = await verify([lines[0] as string, ...some]);
        expect(report.ok && some.length < 10).toBe(false);
      }),
    );
    expect((await verify([lines[0] as string, ...Array.from({ length: 500 }, () => 'x')])).faults.length).toBe(100);
  });

  it('is read no further when the signal is aborted', async () => {
    await expect(verifyLedgerExport(lines, { resolveKey, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('of a live ledger is read no further either', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(verifyLedger(createMemoryLedger(), stream, { resolveKey, signal })).rejects.toThrow('enough');
    expect(await verifyLedger(createMemoryLedger(), stream, { resolveKey })).toMatchObject({ ok: true, stream, entries: 0 });
  });
});
