import { beforeEach, describe, expect, it } from 'vitest';
import { away, code, json, lyingMc, type LyingMc } from '../testing/lying-mc.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { minute, publishWindow } from '../testing/scenes.ts';
import { ask20, digestB } from '../testing/world.ts';

replaysEveryDecision();

let mc: LyingMc;
beforeEach(async () => {
  mc = await lyingMc();
});

describe('while MC is away', () => {
  it('a verified pass goes on for exactly its question, until it ends', async () => {
    await mc.passing();
    await mc.poll();
    mc.onQuestion = away;
    mc.onKeys = away;
    expect(await mc.poll()).toMatchObject({ verdict: 'pass', exitCode: 0, source: 'remembered' });
    for (const other of [{ stage: '50' }, { podTemplateHash: 'other' }, { digests: [digestB] }, { releaseId: 'B' }])
      expect(code(await mc.poll({ question: { ...ask20, ...other } }))).toBe('MC_UNREACHABLE');
    mc.world.clock.advance(5 * minute);
    expect(code(await mc.poll())).toBe('MC_UNREACHABLE');
  });

  it('a pass ends on the monotonic clock although the wall clock stands still, and when the wall clock is set back', async () => {
    await mc.passing();
    await mc.poll();
    mc.onQuestion = away;
    const wall = mc.world.clock.now();
    mc.world.clock.advance(6 * minute);
    mc.world.clock.set(wall + 1);
    expect((await mc.poll()).verdict).toBe('hold');
  });

  it('a pass that was followed by a fail is gone', async () => {
    await mc.passing();
    await mc.poll();
    publishWindow(mc.world, ask20, { p95Ms: 900 });
    await mc.poll();
    mc.onQuestion = away;
    expect((await mc.poll()).verdict).toBe('hold');
  });

  it('nothing bridges an answer that was refused or could not be read', async () => {
    await mc.passing();
    await mc.poll();
    for (const reply of [json({}, 401), new Response('<html>')]) {
      mc.onQuestion = async () => reply.clone();
      expect((await mc.poll()).verdict).toBe('hold');
    }
  });
});
