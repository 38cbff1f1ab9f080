import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createPublisher } from '../publish/publisher.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, duplicate, refusal, scriptedServer, sentDigest } from '../scripted-server.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { publishOrSpool } from './publish-or-spool.ts';
import type { Replayed } from './replay.ts';

const program = fileURLToPath(new URL('./replay-program.ts', import.meta.url));
const hour = 3_600_000;

it('50 publishes that wait out an outage arrive once each, with the publisher killed twice while a record is on its way', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const spool = await openDirectorySpool(directory);
  await using away = await scriptedServer(refusal(503, 'OVERLOADED'));
  const publisher = createPublisher({
    ...{ url: away.url, token: async () => 'opaque-test-token-0123456789', attempts: 1 },
    breaker: { failures: 1000, openMs: 1000 },
  });
  const waiting = new Set<string>();
  for (let number = 1; number <= 50; number++) {
    const evidence = await sampleEvidence(number);
    expect((await publishOrSpool(evidence, { publisher, spool })).outcome).toBe('spooled');
    waiting.add(evidence.statementDigest);
  }

  const rows = new Set<string>();
  let repeated = 0;
  let child: ChildProcess | null = null;
  // MC has stored the record when its publisher dies: the worst moment, for nobody hears of the receipt.
  const deadly = new Set([12, 31]);
  await using mc = await scriptedServer((request, response) => {
    const digest = sentDigest(request);
    if (rows.has(digest)) {
      repeated++;
      return duplicate(request, response);
    }
    rows.add(digest);
    if (!deadly.delete(rows.size)) return accept()(request, response);
    response.on('close', () => response.destroy());
    child?.kill('SIGKILL');
  });
  const run = async (aheadMs: number): Promise<{ signal: NodeJS.Signals | null; said: string }> => {
    const args = ['--no-warnings', '--conditions=@promotable/source', program, directory, mc.url, String(aheadMs)];
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    let said = '';
    started.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    const [, signal] = (await once(started, 'close')) as [number | null, NodeJS.Signals | null];
    return { signal, said };
  };

  expect((await run(0)).signal).toBe('SIGKILL');
  // What the dead one had taken is free again once its lease is over.
  expect((await run(hour)).signal).toBe('SIGKILL');
  const last = await run(2 * hour);
  expect(last.signal).toBeNull();
  expect(JSON.parse(last.said) as Replayed).toMatchObject({ duplicate: 1, refused: 0, remaining: 0, expired: 0, stopped: null });
  expect(rows).toEqual(waiting);
  expect(repeated).toBe(2);
  expect(await spool.list()).toEqual([]);
  await spool.close();
  await rm(directory, { recursive: true });
});
