import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { receiptOf } from '../scripted-server.ts';
import { openReceipts } from './receipts.ts';

const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
const mc = 'https://mc.example';
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'receipts-'));
  path = join(directory, 'receipts.jsonl');
});
afterEach(() => rm(directory, { recursive: true }));

it('has what was kept, also when it is opened again, for that MC alone', async () => {
  const first = await openReceipts(path, { mc });
  expect(first.of(a)).toBeNull();
  await first.keep(receiptOf(a));
  expect(first.of(a)).toEqual(receiptOf(a));
  expect((await openReceipts(path, { mc })).of(a)).toEqual(receiptOf(a));
  expect((await openReceipts(path, { mc: 'https://other.example' })).of(a)).toBeNull();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('forgets a receipt after 45 days, and not a day before', async () => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { now: () => now };
  await (await openReceipts(path, { mc, clock })).keep(receiptOf(a));
  now += 44 * 86_400_000;
  const later = await openReceipts(path, { mc, clock });
  expect(later.of(a)).not.toBeNull();
  await later.keep(receiptOf(b));
  now += 86_400_000;
  const last = await openReceipts(path, { mc, clock });
  expect([last.of(a), last.of(b)]).toEqual([null, receiptOf(b)]);
  expect(await readFile(path, 'utf8')).not.toContain(a);
});

it('leaves out what a crash cut short or another hand changed, and glues nothing to it', async () => {
  await (await openReceipts(path, { mc })).keep(receiptOf(a));
  await appendFile(path, 'nonsense\n{"mc":"x"}\n{"mc":"https://mc.exam');
  const again = await openReceipts(path, { mc });
  await again.keep(receiptOf(c));
  const last = await openReceipts(path, { mc });
  expect([last.of(a), last.of(c)]).toEqual([receiptOf(a), receiptOf(c)]);
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
});

it('does not take a file that cannot be read for an empty one', async () => {
  await expect(openReceipts(directory, { mc })).rejects.toMatchObject({ code: 'EISDIR' });
  await writeFile(path, '');
  await expect(openReceipts(join(path, 'below'), { mc })).rejects.toMatchObject({ code: 'ENOTDIR' });
});
