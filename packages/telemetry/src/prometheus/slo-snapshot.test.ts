import { describe, expect, it } from 'vitest';
import { fileSnapshots, snapshotOf } from './slo-snapshot.ts';

const measured = { samples: 200, failures: 0, measure: { p95Ms: 40, p99Ms: 50, errorRate: 0, open: 0 } };
const at = (hash: string, untilMs: number) => snapshotOf('otel', { hash }, { fromMs: 0, untilMs }, measured);

function memoryFile(text: string | null = null) {
  const file = {
    text,
    read: async () => file.text,
    write: async (next: string) => {
      file.text = next;
    },
  };
  return file;
}

describe('snapshots', () => {
  it('are found by template and labels, the latest of each', async () => {
    const file = memoryFile();
    const snapshots = fileSnapshots(file);
    expect(await snapshots.find('otel', { hash: 'a' })).toBeNull();
    for (const kept of [at('a', 1), at('b', 2), at('a', 3)]) await snapshots.keep(kept);
    expect(await fileSnapshots(file).find('otel', { hash: 'a' })).toEqual(at('a', 3));
    expect(await snapshots.find('otel', { hash: 'b' })).toEqual(at('b', 2));
    expect(await snapshots.find('istio', { hash: 'a' })).toBeNull();
    expect(await snapshots.find('otel', { hash: 'c' })).toBeNull();
  });

  it('are no more than 64, the oldest go', async () => {
    const snapshots = fileSnapshots(memoryFile());
    for (let index = 0; index < 65; index += 1) await snapshots.keep(at(`h${index}`, index));
    expect(await snapshots.find('otel', { hash: 'h0' })).toBeNull();
    expect(await snapshots.find('otel', { hash: 'h1' })).not.toBeNull();
  });

  it.each([
    '',
    '{',
    '{}',
    JSON.stringify({ schema: 'https://promotable.dev/slo-snapshots/v1', snapshots: [{ ...at('a', 1), samples: -1 }] }),
  ])('that were changed on disk are refused: %j', async (text) => {
    await expect(fileSnapshots(memoryFile(text)).find('otel', { hash: 'a' })).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
  });
});
