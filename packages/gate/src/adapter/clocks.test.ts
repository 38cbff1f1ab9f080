// Clocks that disagree by a minute are taken for right, beyond that one of them is wrong: ±59 s and ±61 s between MC and an adapter, or any other client.
import { describe, expect, it } from 'vitest';
import { adapterWorld } from '../testing/adapter-world.ts';
import { lyingMc } from '../testing/lying-mc.ts';
import { measuredStage } from '../testing/scenes.ts';
import { ask20 } from '../testing/world.ts';

const second = 1000;

describe.each([
  ['behind MC by 59 s', -59 * second, 'pass', null],
  ['behind MC by 60 s', -60 * second, 'pass', null],
  ['behind MC by 61 s', -61 * second, 'hold', /dated 61\.0 s ahead of the clock/],
  ['ahead of MC by 59 s', 59 * second, 'pass', null],
  ['ahead of MC by 61 s', 61 * second, 'pass', null],
] as const)('a clock that is %s', (_title, offsetMs, verdict, message) => {
  it(`of an adapter: ${verdict}${message === null ? '' : ', and the reason says by how much'}`, async () => {
    const scene = await adapterWorld();
    await measuredStage(scene.world);
    scene.offsetMs = offsetMs;
    const answer = await scene.ask(ask20);
    expect(answer.verdict).toBe(verdict);
    expect(answer.reasons.map((reason) => reason.message)).toEqual(message === null ? [] : [expect.stringMatching(message)]);
  });

  it(`of a client: ${verdict}`, async () => {
    const mc = await lyingMc();
    await mc.passing();
    const clock = { now: () => mc.world.clock.now() + offsetMs, monotonic: () => mc.world.clock.monotonic() };
    const { verdict: given, reasons } = await mc.poll({ clock });
    expect(given).toBe(verdict);
    if (message !== null) expect(reasons[0]?.message).toMatch(message);
  });
});

it('a pass ends when its own clock says so: one ahead by 61 s has 239 s of the 300, one behind never more than 300', async () => {
  for (const [offsetMs, lastsMs] of [
    [61 * second, 239 * second],
    [-59 * second, 300 * second],
  ] as const) {
    const scene = await adapterWorld();
    await measuredStage(scene.world);
    scene.offsetMs = offsetMs;
    expect((await scene.ask(ask20)).verdict).toBe('pass');
    scene.isAway = true;
    scene.world.clock.advance(lastsMs - 1);
    expect((await scene.ask(ask20)).verdict).toBe('pass');
    scene.world.clock.advance(60 * second);
    expect((await scene.ask(ask20)).verdict).toBe('hold');
  }
});
