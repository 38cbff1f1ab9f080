import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = (stdout: 'pipe' | number, ...args: string[]) =>
  spawn(process.execPath, ['--conditions=@promotable/source', main, ...args], { stdio: ['ignore', stdout, 'pipe'] });

describe('the mc program', () => {
  it('ends with its own exit code when whoever reads has had enough, as `head` has', async () => {
    const child = run('pipe', 'policy', 'thresholds', '--layer', 'bogus', '--json');
    child.stdout?.destroy();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, said]).toEqual([2, expect.stringContaining('LAYER_UNKNOWN')]);
  });

  it('ends with 3 where its result cannot be written', async () => {
    const child = run(openSync('/dev/full', 'w'), 'policy', 'thresholds');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(3);
  });
});
