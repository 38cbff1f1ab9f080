// What a reader of a report is told: which record, what kind, and in words.
import { canonicalize, generateSigningKey, localSigner } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import type { SealedEntry } from './entry.ts';
import { entryHash } from './entry-hash.ts';
import {
  checkpoints,
  edit,
  epoch,
  indexOf,
  lines,
  noCheckpoints,
  parsed,
  rewritten,
  signer,
  stream,
  summary,
  verify,
  without,
} from './sample-export.ts';

const at = '2026-11-21T12:00:00.000Z';
const header = lines[0] as string;
const hashOf = (position: number) => parsed[indexOf(position)]?.['hash'] as string;
const insert = (index: number, ...more: string[]) => [...lines.slice(0, index), ...more, ...lines.slice(index)];
const replace = (text: string, ...positions: number[]) =>
  lines.map((line, index) => (positions.some((position) => indexOf(position) === index) ? text : line));
/** With a good hash of its own. */
const rehashed = (position: number, change: Partial<SealedEntry>) => {
  const { kind: _kind, hash: _hash, ...fields } = { ...parsed[indexOf(position)], ...change } as unknown as SealedEntry & { kind: string };
  return edit(position, { ...fields, hash: entryHash(fields) });
};
const checkpointOf = (position: number, change: { epoch?: string; hash?: string } = {}, of = stream) =>
  signCheckpoint(of, { epoch, position, hash: hashOf(position), unsealed: 0, ...change }, at, signer);
const line = (bundle: unknown) => canonicalize({ kind: 'checkpoint', bundle });
const foreign = await checkpointOf(4, {}, { tenant: 'globex', stream: 'evidence' });
const stranger = localSigner(generateSigningKey('ed25519').privateKeyPem);
const unbelieved = await signCheckpoint(stream, { epoch, position: 4, hash: hashOf(4), unsealed: 0 }, at, stranger);
const later = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
const ofLaterEpoch = await checkpointOf(10, { epoch: later });
const cut = without(8, 9, 10).slice(0, -2);

describe('a fault', () => {
  it.each<[message: string, code: string, position: number | null, lines: readonly string[], anchors?: readonly unknown[]]>([
    ['the export is empty', 'HEADER_INVALID', null, []],
    ['the export does not begin with a header: entry', 'HEADER_INVALID', null, lines.slice(1)],
    ['the export does not begin with a header: JSON  is not valid JSON', 'HEADER_INVALID', null, ['x']],
    ['the export is of acme/evidence, not of acme/decisions', 'HEADER_INVALID', null, [canonicalize({ ...parsed[0], stream: 'evidence' })]],
    [
      'the export is of globex/decisions, not of acme/decisions',
      'HEADER_INVALID',
      null,
      [canonicalize({ ...parsed[0], tenant: 'globex' })],
    ],
    ['a second header', 'HEADER_INVALID', null, insert(3, header)],
    ['the line at record 6 cannot be read: JSON  is not valid JSON', 'LINE_INVALID', 6, replace('x', 6)],
    ['the line at record 6 cannot be read: not in canonical form', 'LINE_INVALID', 6, replace(` ${lines[indexOf(6)]}`, 6)],
    ['the line at record 6 cannot be read: /note is not a known field', 'LINE_INVALID', 6, edit(6, { note: 1 })],
    ['record 6 is not what was hashed', 'HASH_MISMATCH', 6, edit(6, { subject: 'forged' })],
    ['record 7 does not continue record 6', 'LINK_BROKEN', 7, rehashed(6, { subject: 'forged' })],
    ['records 2 to 3 are missing', 'GAP', 2, without(2, 3)],
    ['record 2 stands where 3 belongs', 'OUT_OF_ORDER', 2, insert(indexOf(2), lines[indexOf(2)] as string)],
    ['record 10 belongs to globex/decisions', 'FOREIGN_ENTRY', 10, noCheckpoints(rehashed(10, { tenant: 'globex' }))],
    ['record 10 belongs to acme/evidence', 'FOREIGN_ENTRY', 10, noCheckpoints(rehashed(10, { stream: 'evidence' }))],
    ['a checkpoint is not believed: no accepted key has the id STRANGER', 'CHECKPOINT_INVALID', null, lines, [unbelieved]],
    ['a checkpoint is not believed: no accepted key has the id STRANGER', 'CHECKPOINT_INVALID', null, [...lines, line(unbelieved)]],
    ['a checkpoint belongs to globex/evidence', 'FOREIGN_CHECKPOINT', 4, lines, [foreign]],
    ['a checkpoint belongs to globex/evidence', 'FOREIGN_CHECKPOINT', 4, [...lines, line(foreign)]],
    ['the checkpoint of record 4 does not stand behind it', 'CHECKPOINT_INVALID', 4, [...lines, line(checkpoints[0])]],
    ['record 8 is not the one that a checkpoint vouches for', 'CHECKPOINT_MISMATCH', 8, rewritten(6)],
    [
      'record 4 is not the one that an exported checkpoint vouches for',
      'CHECKPOINT_MISMATCH',
      4,
      noCheckpoints(rewritten(1)),
      checkpoints.slice(0, 1),
    ],
    ['the chain does not reach record 10, which a checkpoint vouches for', 'BEHIND_CHECKPOINT', 10, [...cut, lines.at(-1) as string]],
    ['the export ends at record 7, its header names 10', 'TRUNCATED', 7, cut],
    ['the export ends at record 0, its header names 10', 'TRUNCATED', null, [header]],
    [
      "a checkpoint is of epoch ffffffff-ffff-7fff-bfff-ffffffffffff, later than the ledger's EPOCH",
      'EPOCH_MISMATCH',
      null,
      [...lines.slice(0, -1), line(ofLaterEpoch)],
    ],
    [
      "a checkpoint is of epoch ffffffff-ffff-7fff-bfff-ffffffffffff, later than the ledger's EPOCH",
      'EPOCH_MISMATCH',
      null,
      lines,
      [ofLaterEpoch, checkpoints[2]],
    ],
  ])('says: %s', async (message, code, position, edited, anchors) => {
    const told = message.replace('STRANGER', stranger.keyId).replace('EPOCH', epoch);
    expect((await verify(edited, anchors)).faults[0]).toEqual({ position, code, message: told });
  });

  it('of checkpoints beyond the end says so in the order of their records, whatever order they came in', async () => {
    const report = await verify([canonicalize({ ...parsed[0], position: 7 }), ...cut.slice(1)], checkpoints.toReversed());
    expect(report.faults).toEqual(
      [8, 10].map((position) => ({
        position,
        code: 'BEHIND_CHECKPOINT',
        message: `the chain does not reach record ${position}, which an exported checkpoint vouches for`,
      })),
    );
    expect(report).toMatchObject({ ok: false, anchored: 4, entries: 7, head: { position: 7, hash: hashOf(7) } });
  });
});

describe('lines that cannot be read', () => {
  it('stand for as many records, and for no more', async () => {
    expect(await summary(replace('x', 6, 7))).toEqual([
      [6, 'LINE_INVALID'],
      [6, 'LINE_INVALID'],
    ]);
    expect(await summary(replace('x', 6).filter((_, index) => index !== indexOf(7)))).toEqual([
      [6, 'LINE_INVALID'],
      [7, 'GAP'],
    ]);
    expect(await summary([...replace('x', 2).filter((_, index) => index !== indexOf(7))])).toEqual([
      [2, 'LINE_INVALID'],
      [7, 'GAP'],
    ]);
  });

  it('stand for none where none is missing', async () => {
    expect(await summary(insert(indexOf(6), 'x'))).toEqual([[6, 'LINE_INVALID']]);
  });
});

describe('checkpoints from outside', () => {
  it('of one record must all be met', async () => {
    const wrong = await checkpointOf(8, { hash: '0'.repeat(64) });
    expect(await summary(lines, [checkpoints[1], wrong])).toEqual([[8, 'CHECKPOINT_MISMATCH']]);
    expect(await summary(lines, [wrong, checkpoints[1]])).toEqual([[8, 'CHECKPOINT_MISMATCH']]);
    expect(await verify(lines, [checkpoints[1], checkpoints[1]])).toMatchObject({ ok: true, anchored: 8 });
  });

  it('vouch for what they cover, and what lies behind both kinds is unsealed', async () => {
    expect(await verify(without().slice(0, -1), checkpoints.slice(0, 1))).toMatchObject({ ok: true, anchored: 4, unsealed: 4 });
    expect(await verify(noCheckpoints(lines), checkpoints.toReversed())).toMatchObject({ ok: true, anchored: 10, unsealed: 2 });
  });

  it('of an earlier epoch are fine', async () => {
    const earlier = await checkpointOf(10, { epoch: '00000000-0000-7000-8000-000000000000' });
    expect(await verify(lines, [earlier])).toMatchObject({ ok: true, anchored: 10 });
  });
});
