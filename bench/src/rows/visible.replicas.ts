// Processes of Mission Control on one PostgreSQL, as people run them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startPostgres } from '@promotable/services';
import { BenchError } from '../bench-error.ts';
import type { RowContext } from '../harness/row.ts';

export interface Replicas {
  readonly urls: readonly string[];
  readonly data: string;
  close(): Promise<void>;
}

/** @throws {BenchError} `VARIANT_FAILED` */
export async function startReplicas(count: number, { root, signal, placement }: RowContext): Promise<Replicas> {
  const postgres = await startPostgres({ signal });
  const data = await mkdtemp(join(tmpdir(), 'promotable-bench-'));
  const endings: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(endings.map((end) => end()));
    await postgres.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const uri = await postgres.createDatabase('visible');
    const program = join(root, 'examples/api-server/src/main.ts');
    const [command = '', ...args] = placement.at('measured', [process.execPath, '--conditions=@promotable/source', program]);
    const start = async (): Promise<string> => {
      const child = spawn(command, [...args, '--data', data, '--port', '0'], {
        env: { ...process.env, LOG_LEVEL: 'warn', POSTGRES_URI: uri },
        stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
        signal,
      });
      // Whoever waits for its first words is told that it ended.
      child.on('error', () => undefined);
      const ended = once(child, 'exit').catch(() => undefined);
      endings.push(async () => {
        if (child.connected) child.disconnect();
        await ended;
      });
      if (child.stdout === null) throw new BenchError('VARIANT_FAILED', 'Mission Control could not be heard');
      for await (const line of createInterface({ input: child.stdout })) {
        const { event, url = '' } = JSON.parse(line) as { readonly event?: string; readonly url?: string };
        if (event === 'ready') return url;
      }
      throw new BenchError('VARIANT_FAILED', 'Mission Control ended before it was ready');
    };
    // One after the other: whoever is first makes keys, schema and policy.
    const urls: string[] = [];
    for (let index = 0; index < count; index++) urls.push(await start());
    return { urls, data, close };
  } catch (error) {
    await close();
    throw error;
  }
}
