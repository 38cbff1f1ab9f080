import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNodeProcess } from './node-process.ts';

const { signal } = new AbortController();
const listening = (rest: string) => `setInterval(() => {}, 1000); ${rest}; process.stdout.write('{"listening":1}\\n');`;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'node-process-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function start(code: string, using = signal) {
  const entry = join(directory, 'entry.mjs');
  await writeFile(entry, code);
  return startNodeProcess<{ ask(params: null): string }>({ name: 'it', entry, signal: using });
}

describe('startNodeProcess', () => {
  it('says why a process did not come up, in its own words', async () => {
    await expect(start('throw new Error("no luck today")')).rejects.toThrow(
      expect.objectContaining({ code: 'PROCESS_ENDED', message: expect.stringContaining('no luck today') }),
    );
  });

  it('does not take another first line for a port', async () => {
    await expect(start('console.log("hello"); setInterval(() => {}, 1000)')).rejects.toThrow(
      expect.objectContaining({ code: 'PROCESS_ENDED' }),
    );
  });

  it('rejects an open call when the process ends before it answers, and every later one', async () => {
    const child = await start(listening(`process.on('message', () => process.exit(0))`));
    await expect(child.call('ask', null)).rejects.toThrow(expect.objectContaining({ code: 'PROCESS_ENDED' }));
    await expect(child.call('ask', null)).rejects.toThrow(expect.objectContaining({ code: 'PROCESS_ENDED' }));
    expect(child.isRunning()).toBe(false);
  });

  it('kills what does not heed SIGTERM, and leaves an interrupt from the keyboard to its parent', async () => {
    const child = await start(listening(`process.on('SIGTERM', () => {})`));
    process.kill(child.pid, 'SIGINT');
    await child.stop(50);
    expect(child.isRunning()).toBe(false);
  });

  it('ends the process when the signal is aborted', async () => {
    const abort = new AbortController();
    const child = await start(listening(''), abort.signal);
    abort.abort();
    await child.stop();
    expect(child.isRunning()).toBe(false);
    await expect(start(listening(''), abort.signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
