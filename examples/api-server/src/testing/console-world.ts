// Releases as a console shows them, made through the real API with real signatures: passed, failed, held, and without a question.
import { buildPredicate, stagePredicate } from './mc-client.ts';
import { everyScope, type RunningMc } from './running-mc.ts';

/** What the canary of a release does in one window. */
export interface CanaryWindow {
  readonly p95Ms: number;
  /** @default 0 */
  readonly errorRate?: number;
  /** @default 400 */
  readonly samples?: number;
}

/** One release of one service, whose one artifact has a digest of this hex letter only. */
export interface ToldRelease {
  build(changes?: Record<string, unknown>): Promise<void>;
  measure(stage: string, window: CanaryWindow): Promise<void>;
  ask(stage: string): Promise<{ readonly verdict: unknown; readonly decisionId: string }>;
  /** Asked, then measured and asked again window by window. */
  live(stage: string, windows: readonly CanaryWindow[]): Promise<void>;
}

/** A warm-up and a window of the demo layer at 20 %, the longest there is, milliseconds. */
const stageMs = 9500;
const betweenMs = 6500;
const minuteMs = 60_000;
let windows = 0;

export function toldRelease(mc: RunningMc, service: string, releaseId: string, letter: string): ToldRelease {
  const digest = letter.repeat(64);
  const publish = async (predicate: object): Promise<void> => {
    const { status } = await mc.client.publish(await mc.client.sign(predicate, digest), { service, releaseId });
    if (status !== 200) throw new Error(`evidence of ${releaseId} was answered with ${status}`);
  };
  const ask: ToldRelease['ask'] = async (stage) => {
    const { body } = await mc.client.ask({ service, releaseId, stage, digests: [`sha256:${digest}`] });
    return { verdict: body['verdict'], decisionId: String(body['decisionId']) };
  };
  const measure: ToldRelease['measure'] = async (stage, { p95Ms, errorRate = 0, samples = 400 }) => {
    const until = Date.now() + mc.advance(0) - 100;
    const observed = { from: new Date(until - 8000).toISOString(), until: new Date(until).toISOString() };
    const canary = { p95Ms, p99Ms: Math.round(p95Ms * 1.4), errorRate, open: 0 };
    const stable = { p95Ms: 40 + (windows % 5), p99Ms: 61, errorRate: 0.001, open: 0 };
    const run = { provider: 'canary', id: `window-${++windows}`, attempt: 1 };
    const values = { slo: { source: 'splitter', canary, stable } };
    await publish(
      stagePredicate({ service, releaseId, checkpoint: stage, observed, run, values, samples: { slo: samples, stable: 1600 } }),
    );
  };
  return {
    ask,
    measure,
    build: (changes = {}) => {
      const now = Date.now() + mc.advance(0);
      const observed = { from: new Date(now - minuteMs).toISOString(), until: new Date(now).toISOString() };
      return publish(buildPredicate({ service, releaseId, observed, ...changes }));
    },
    async live(stage, told) {
      await ask(stage);
      mc.advance(stageMs);
      for (const window of told) {
        await measure(stage, window);
        await ask(stage);
        mc.advance(betweenMs);
      }
    },
  };
}

/**
 * checkout 1.4.0 passed both stages, 1.4.1 failed at 50 %, 1.5.0 is held at 20 %, 1.6.0-rc1 was only built; search 2.3.0 passed, search 2.4.0
 * has no evidence; another tenant has 9.9.9-secret.
 */
export async function tellReleases(mc: RunningMc): Promise<void> {
  const good = toldRelease(mc, 'checkout', '1.4.0', 'a');
  await good.build();
  await good.live('20', [{ p95Ms: 44 }, { p95Ms: 39 }, { p95Ms: 41.5 }]);
  await good.live('50', [{ p95Ms: 47 }, { p95Ms: 45.2 }]);
  mc.advance(38 * minuteMs);
  const search = toldRelease(mc, 'search', '2.3.0', 'e');
  await search.build();
  await search.live('20', [{ p95Ms: 61 }]);
  await toldRelease(mc, 'search', '2.4.0', 'f').ask('20');
  mc.advance(11 * minuteMs);
  const slow = toldRelease(mc, 'checkout', '1.4.1', 'b');
  await slow.build();
  await slow.live('20', [{ p95Ms: 88 }, { p95Ms: 76 }, { p95Ms: 81 }]);
  await slow.live('50', [{ p95Ms: 120 }, { p95Ms: 402, errorRate: 0.004 }, { p95Ms: 431, errorRate: 0.0071 }]);
  mc.advance(4 * minuteMs);
  const few = toldRelease(mc, 'checkout', '1.5.0', 'c');
  await few.build({ run: { provider: 'ci', id: 'run-7', attempt: 1 } });
  await few.build({ run: { provider: 'ci', id: 'run-7', attempt: 2 } });
  await few.live('20', [{ p95Ms: 52, samples: 31 }]);
  mc.advance(minuteMs);
  await toldRelease(mc, 'checkout', '1.6.0-rc1', 'd').build();
  mc.advance(minuteMs / 2);
  const token = await mc.token({ tenant: 'globex', scopes: everyScope });
  await mc.publishClaims(token, { service: 'checkout', releaseId: '9.9.9-secret' });
}
