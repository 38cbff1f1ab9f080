import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./large-report-reader.ts', import.meta.url));

/** A heap smaller than the report: reading it whole would end the process. */
async function readInLittleMemory(kind: string): Promise<Record<string, number>> {
  const { stdout } = await run(process.execPath, ['--max-old-space-size=80', '--conditions=@promotable/source', program, kind]);
  return JSON.parse(stdout) as Record<string, number>;
}

describe('reports of 110 MB in a heap of 80 MB', () => {
  it('bill of materials', async () => {
    expect((await readInLittleMemory('sbom'))['components']).toBeGreaterThan(60_000);
  }, 60_000);

  it('test report', async () => {
    expect(await readInLittleMemory('junit')).toMatchObject({ failed: expect.any(Number), failures: 1000 });
  }, 60_000);

  it('coverage', async () => {
    const { found = 0, hit = 0 } = await readInLittleMemory('lcov');
    expect(found).toBe(hit * 2);
  }, 60_000);

  it('scan', async () => {
    const { high = 0, unlisted = 0 } = await readInLittleMemory('scan');
    expect([high - unlisted, high > 60_000]).toEqual([200, true]);
  }, 60_000);
});
