// Releases as a console shows them, made through the real API with real signatures: passed, failed, held, and without a question.
import { everyScope, type RunningMc } from './running-mc.ts';
import { buildPredicate, service, stagePredicate } from './mc-client.ts';

/** What the canary of a release does in one window. */
interface WindowOptions {
  readonly stage: string;
  readonly p95Ms?: number;
  readonly errorRate?: number;
  readonly samples?: number;
}

export interface ConsoleWorld {
  build(releaseId: string, digest: string, changes?: Record<string, unknown>): Promise<void>;
  window(releaseId: string, digest: string, options: WindowOptions): Promise<void>;
  ask(releaseId: string, digest: string, stage: string): Promise<{ readonly verdict: unknown; readonly decisionId: string }>;
}

const digestOf = (letter: string) => letter.repeat(64);
/** A warm-up and a window of the demo layer at 20 %, the longest there is, milliseconds. */
const stageMs = 9500;

export function consoleWorld(mc: RunningMc): ConsoleWorld {
  let windows = 0;
  return {
    async build(releaseId, letter, changes = {}) {
      await mc.client.publish(await mc.client.sign(buildPredicate({ releaseId, ...changes }), digestOf(letter)), { releaseId });
    },
    async window(releaseId, letter, { stage, p95Ms = 41, errorRate = 0, samples = 400 }) {
      const until = Date.now() + mc.advance(0) - 100;
      const observed = { from: new Date(until - 8000).toISOString(), until: new Date(until).toISOString() };
      const canary = { p95Ms, p99Ms: Math.round(p95Ms * 1.4), errorRate, open: 0 };
      const values = { slo: { source: 'splitter', canary, stable: { p95Ms: 40 + (windows % 5), p99Ms: 61, errorRate: 0.001, open: 0 } } };
      windows += 1;
      const run = { provider: 'canary', id: `window-${windows}`, attempt: 1 };
      const predicate = stagePredicate({ releaseId, checkpoint: stage, observed, run, values, samples: { slo: samples, stable: 1600 } });
      await mc.client.publish(await mc.client.sign(predicate, digestOf(letter)), { releaseId });
    },
    async ask(releaseId, letter, stage) {
      const { body } = await mc.client.ask({ releaseId, stage, digests: [`sha256:${digestOf(letter)}`] });
      return { verdict: body['verdict'], decisionId: String(body['decisionId']) };
    },
  };
}

/** Tells the story of a stage: asked, measured for some windows, asked again. */
async function stage(
  mc: RunningMc,
  world: ConsoleWorld,
  [releaseId, letter]: readonly [string, string],
  name: string,
  windows: readonly Omit<WindowOptions, 'stage'>[],
) {
  await world.ask(releaseId, letter, name);
  mc.advance(stageMs);
  for (const window of windows) {
    await world.window(releaseId, letter, { stage: name, ...window });
    await world.ask(releaseId, letter, name);
    mc.advance(6500);
  }
}

/** 1.4.0 passed both stages, 1.4.1 failed at 50 %, 1.5.0 is held at 20 %, 1.6.0-rc1 was only built; another tenant has 9.9.9-secret. */
export async function tellReleases(mc: RunningMc): Promise<ConsoleWorld> {
  const world = consoleWorld(mc);
  const [good, slow, few] = [
    ['1.4.0', 'a'],
    ['1.4.1', 'b'],
    ['1.5.0', 'c'],
  ] as const;
  await world.build(...good);
  await stage(mc, world, good, '20', [{ p95Ms: 44 }, { p95Ms: 39 }, { p95Ms: 41.5 }]);
  await stage(mc, world, good, '50', [{ p95Ms: 47 }, { p95Ms: 45.2 }]);
  await world.build(...slow);
  await stage(mc, world, slow, '20', [{ p95Ms: 96 }, { p95Ms: 88 }]);
  await stage(mc, world, slow, '50', [{ p95Ms: 210 }, { p95Ms: 402, errorRate: 0.004 }, { p95Ms: 431, errorRate: 0.0071 }]);
  await world.build(...few, { run: { provider: 'ci', id: 'run-1', attempt: 1 } });
  await world.build(...few, { run: { provider: 'ci', id: 'run-1', attempt: 2 } });
  await stage(mc, world, few, '20', [{ p95Ms: 52, samples: 31 }]);
  await world.build('1.6.0-rc1', 'd');
  const token = await mc.token({ tenant: 'globex', scopes: everyScope });
  await mc.publishClaims(token, { service, releaseId: '9.9.9-secret' });
  return world;
}
