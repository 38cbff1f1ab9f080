// A release told to a running MC by its own clock: a build with failing tests or none, windows, and what the gate says.
import type { GateAnswer } from '@promotable/contracts';
import { expect } from 'vitest';
import { buildPredicate, stagePredicate } from './mc-client.ts';
import type { RunningMc } from './running-mc.ts';

export interface Told {
  readonly digest: string;
  build(failed: number, runId?: string): Promise<void>;
  measure(runId: string, p95Ms?: number): Promise<void>;
  ask(stage?: string): Promise<GateAnswer>;
}

/** Of the service `checkout`; its artifact is named by one hex digit. */
export function tell(mc: RunningMc, releaseId: string, hex: string): Told {
  const digest = `sha256:${hex.repeat(64)}`;
  const observed = (fromMs: number) => {
    const now = Date.now() + mc.advance(0);
    return { from: new Date(now - fromMs).toISOString(), until: new Date(now - 1000).toISOString() };
  };
  const publish = async (predicate: object): Promise<void> => {
    const bundle = await mc.client.sign({ ...predicate, releaseId }, hex.repeat(64));
    expect((await mc.client.publish(bundle, { releaseId })).body.errors).toBeUndefined();
  };
  return {
    digest,
    async build(failed, id = 'run-1') {
      const { values, ...rest } = buildPredicate({ run: { provider: 'ci', id, attempt: 1 }, observed: observed(2000) }) as {
        values: object;
      };
      const failures = Array.from({ length: failed }, (_, index) => `s / t${index}`);
      const counts = { total: 2, passed: 2 - failed, failed, errors: 0, skipped: 0, durationMs: 5, failures };
      await publish({ ...rest, values: { ...values, tests: { format: 'junit', documentDigests: ['3'.repeat(64)], ...counts } } });
    },
    async measure(id, p95Ms = 40) {
      const predicate = stagePredicate({ run: { provider: 'canary', id, attempt: 1 }, observed: observed(9000) }) as {
        values: { slo: { canary: object } };
      };
      Object.assign(predicate.values.slo.canary, { p95Ms, p99Ms: p95Ms });
      await publish(predicate);
    },
    async ask(stage = '20') {
      const { status, body } = await mc.client.ask({ releaseId, stage, digests: [digest] });
      expect(status).toBe(200);
      return body as unknown as GateAnswer;
    },
  };
}

/** A release with a failing test and a good window at 20 %, asked once before so that its stage has begun. */
export async function failingRelease(mc: RunningMc, releaseId: string, hex: string): Promise<Told> {
  const told = tell(mc, releaseId, hex);
  await told.build(1);
  await told.ask();
  mc.advance(12_000);
  await told.measure('window-1');
  expect(outcome(await told.ask())).toEqual(['fail', 'TESTS_FAILED']);
  return told;
}

/** `['fail', 'TESTS_FAILED']`: the verdict and the codes of its reasons. */
export function outcome({ verdict, reasons }: Pick<GateAnswer, 'verdict' | 'reasons'>): string[] {
  return [verdict, ...reasons.map(({ code }) => code)];
}
