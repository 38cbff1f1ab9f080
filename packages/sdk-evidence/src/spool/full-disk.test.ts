import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openDirectorySpool } from './directory-spool.ts';
import { spoolRecord } from './spool-conformance.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const writer = fileURLToPath(new URL('./full-disk-writer.ts', import.meta.url));

/** Runs the writer where no file may be longer than 150 KiB (in blocks of 512 bytes), which needs no other user and no mount. */
async function putUntilFull(kind: string, directory: string): Promise<string[]> {
  const script = 'ulimit -f 300 && exec "$@"';
  const line = [process.execPath, '--no-warnings', '--conditions=@promotable/source', writer, kind, directory];
  const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', ...line]);
  return stdout.trimEnd().split('\n');
}

it.each([
  ['directory', 'SPOOL_FULL', (directory: string) => openDirectorySpool(directory)],
  // SQLite calls a file that may not grow an I/O error.
  ['sqlite', 'SPOOL_UNAVAILABLE', (directory: string) => openSqliteSpool(join(directory, 'spool.db'))],
] as const)(
  'refuses loudly what a real limit keeps from being written, and has every record that it took, whole (%s)',
  async (kind, code, open) => {
    const directory = await mkdtemp(join(tmpdir(), 'spool-'));
    const told = await putUntilFull(kind, directory);
    expect(told.at(-1)).toBe(code);
    const stored = told.slice(0, -1);
    expect(stored.length).toBeGreaterThan(2);
    expect(new Set(stored)).toEqual(new Set(['stored']));
    const spool = await open(directory);
    expect((await spool.list()).map(({ state }) => state)).toEqual(stored.map(() => 'waiting'));
    for (let number = 1; number <= stored.length; number++) {
      const lease = await spool.lease({ leaseMs: 60_000 });
      expect(Buffer.from(lease?.record.bytes ?? []).equals(Buffer.from(spoolRecord(number, number * 10_000).bytes))).toBe(true);
    }
    // What was refused may be put where there is room again.
    expect(await spool.put(spoolRecord(stored.length + 1, 200_000))).toBe('stored');
    await spool.close();
    if (kind === 'directory') expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    await rm(directory, { recursive: true });
  },
);
