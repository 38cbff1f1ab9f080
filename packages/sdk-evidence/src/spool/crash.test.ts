import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDirectorySpool } from './directory-spool.ts';
import { spoolRecord } from './spool-conformance.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

/** Starts the writer, kills it with SIGKILL after a number of acknowledgements, and answers the last one. */
async function killAfter(kind: string, directory: string, acknowledgements: number): Promise<number> {
  const child = spawn(process.execPath, ['--no-warnings', '--conditions=@promotable/source', writer, kind, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last === acknowledgements) child.kill('SIGKILL');
  }
  expect((await exit)[1]).toBe('SIGKILL');
  return last;
}

it.each([
  ['directory', (directory: string) => openDirectorySpool(directory)],
  ['sqlite', (directory: string) => openSqliteSpool(join(directory, 'spool.db'))],
] as const)(
  'leaves every acknowledged record, whole, and no part of another, when the process is killed in the middle of putting (%s)',
  async (kind, open) => {
    const directory = await mkdtemp(join(tmpdir(), 'spool-'));
    for (const acknowledgements of [1, 7, 30]) {
      const last = await killAfter(kind, directory, acknowledgements);
      const spool = await open(directory);
      const found = new Map<number, Buffer>();
      for (
        let lease = await spool.lease({ leaseMs: 1 });
        lease !== null;
        lease = await spool.lease({
          leaseMs: 60_000,
          except: new Set([...found.keys()].map((number) => spoolRecord(number).statementDigest)),
        })
      ) {
        found.set(Number.parseInt(lease.record.statementDigest, 16), Buffer.from(lease.record.bytes));
        await spool.release(lease, { failed: false });
      }
      expect([...found.keys()].filter((number) => number <= last)).toHaveLength(last);
      for (const [number, bytes] of found) expect(bytes.equals(Buffer.from(spoolRecord(number, 20_000).bytes))).toBe(true);
      expect((await spool.list()).every(({ state }) => state === 'waiting')).toBe(true);
      for (const number of found.keys()) await spool.discard(spoolRecord(number).statementDigest);
      await spool.close();
    }
    await rm(directory, { recursive: true });
  },
);
