import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packRelease } from './build-release.ts';
import type { PackedRelease } from './release.ts';
import { startWorld, type World } from './world.ts';

const abort = new AbortController();
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const warmUpMs = 1_000;
let directory: string;
let good: PackedRelease;
let slow: PackedRelease;
let world: World;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function gone(pids: readonly number[]): Promise<void> {
  // Another process's end is no event here, so it is looked for; the test's own time limit ends this.
  while (pids.some(isAlive)) await sleep(20);
}

async function measure(percent: number, lengthMs: number) {
  await world.setWeight(percent);
  const fromMs = clock.now() + warmUpMs;
  const window = { fromMs, untilMs: fromMs + lengthMs };
  const [canary, stable] = [await world.observe('canary', window), await world.observe('stable', window)];
  if ('absent' in canary || 'absent' in stable) throw new Error(`not measured: ${JSON.stringify({ canary, stable })}`);
  return { canary, stable };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'world-'));
  const options = { directory, signal: abort.signal };
  good = await packRelease({ name: 'stable', releaseId: 'checkout-1.0.0', version: '1.0.0', poolSize: 10 }, options);
  slow = await packRelease({ name: 'B', releaseId: 'checkout-1.1.0', version: '1.1.0', poolSize: 1 }, options);
  world = await startWorld({ stable: good, clock, signal: abort.signal });
});
afterAll(async () => {
  abort.abort();
  await world?.stop();
  await rm(directory, { recursive: true });
});

describe('the measured world', () => {
  it('serves the load with the stable version alone while there is no canary', async () => {
    const answer = await fetch(`${world.url}/quotes/mug`);
    expect(await answer.json()).toEqual({ sku: 'mug', priceCents: 1100, releaseId: 'checkout-1.0.0' });
    expect(await world.observe('canary', { fromMs: clock.now() - 1, untilMs: clock.now() })).toEqual({ absent: 'NO_CANARY' });
    await expect(world.setWeight(20)).rejects.toThrow(expect.objectContaining({ code: 'CANARY_STATE' }));
    await expect(world.promote()).rejects.toThrow(expect.objectContaining({ code: 'CANARY_STATE' }));
  });

  it('shows a canary with one slot as fast at 20 %: 24 requests/s against 40', async () => {
    await world.startCanary(slow);
    await expect(world.startCanary(slow)).rejects.toThrow(expect.objectContaining({ code: 'CANARY_STATE' }));
    const { canary, stable } = await measure(20, 8_000);
    expect(canary.samples).toBeGreaterThanOrEqual(149);
    // The splitter deals exactly; the hand-sent request above was before.
    expect(Math.abs(canary.samples - (canary.samples + stable.samples) * 0.2)).toBeLessThan(1);
    expect(canary.p95Ms).toBeLessThan(350);
    expect(stable.p95Ms).toBeLessThan(350);
    expect([canary.errorRate, stable.errorRate]).toEqual([0, 0]);
  });

  it('shows the same canary as far too slow at 50 %: 60 requests/s against 40, while the stable version stays fast', async () => {
    const { canary, stable } = await measure(50, 6_000);
    expect(canary.samples).toBeGreaterThanOrEqual(149);
    expect(Math.abs(canary.samples - stable.samples)).toBeLessThanOrEqual(1);
    expect(canary.p95Ms).toBeGreaterThan(2 * 350);
    expect(canary.p95Ms).toBeGreaterThan(2 * stable.p95Ms + 50);
    expect(canary.open).toBeGreaterThan(50);
    expect(stable.p95Ms).toBeLessThan(350);
    expect(stable.errorRate).toBe(0);
  });

  it('sends everything to the stable version after an abort', async () => {
    await world.abort();
    expect(world.canary).toBeNull();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${world.url}/quotes/mug`).then((response) => response.json() as Promise<{ releaseId: string }>),
      ),
    );
    expect(new Set(answers.map(({ releaseId }) => releaseId))).toEqual(new Set(['checkout-1.0.0']));
  });

  it('makes a canary the stable version, and the versions left behind answer what they took before they end', async () => {
    const next = await packRelease(
      { name: 'D', releaseId: 'checkout-1.2.0', version: '1.2.0', poolSize: 10 },
      { directory, signal: abort.signal },
    );
    await world.startCanary(next);
    await world.setWeight(50);
    await world.promote();
    expect(world.stable).toEqual(next);
    expect(await (await fetch(`${world.url}/quotes/mug`)).json()).toMatchObject({ releaseId: 'checkout-1.2.0' });
    while (world.processes().some(({ name }) => name === 'B' || name === 'stable')) await sleep(20);
    expect(await world.load()).toMatchObject({ failed: 0, shed: 0 });
  });

  it('refuses to measure a world of which a part has ended', async () => {
    const splitter = world.processes().find(({ name }) => name === 'splitter');
    if (splitter === undefined) throw new Error('no splitter');
    process.kill(splitter.pid, 'SIGKILL');
    await gone([splitter.pid]);
    await expect(world.observe('stable', { fromMs: clock.now() - 100, untilMs: clock.now() })).rejects.toThrow(
      expect.objectContaining({ code: 'PROCESS_ENDED' }),
    );
  });

  it('leaves nothing running after stop', async () => {
    const pids = world.processes().map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    await world.stop();
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe('a world whose parent is killed with -9', () => {
  it('ends with it; and no two worlds measure the same numbers', async () => {
    const host = () => {
      const code = `
        import { startWorld } from ${JSON.stringify(new URL('./world.ts', import.meta.url).href)};
        const clock = { now: () => Date.now(), monotonic: () => performance.now() };
        const world = await startWorld({ stable: ${JSON.stringify(good)}, clock, signal: new AbortController().signal });
        const fromMs = Date.now() + 100;
        const { p95Ms, samples } = await world.observe('stable', { fromMs, untilMs: fromMs + 500 });
        process.stdout.write(JSON.stringify({ p95Ms, samples, pids: world.processes().map(({ pid }) => pid) }));
      `;
      return spawn(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    };
    const figures = await Promise.all(
      [host(), host()].map(async (parent) => {
        const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
        const { p95Ms, samples, pids } = JSON.parse(chunk.toString()) as { p95Ms: number; samples: number; pids: number[] };
        expect(pids).toHaveLength(4);
        expect(samples).toBeGreaterThan(30);
        parent.kill('SIGKILL');
        await once(parent, 'exit');
        await gone(pids);
        return p95Ms;
      }),
    );
    expect(figures[0]).not.toBe(figures[1]);
  });
});
