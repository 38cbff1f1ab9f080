// What a real day brings to MC, within a second: evidence published, refused and repeated, releases that pass, fail and are rolled back.
import { createHash } from 'node:crypto';
import { createPublisher, parseSigned } from '@promotable/sdk-evidence';
import { expect } from 'vitest';
import { buildPredicate, service, stagePredicate } from './mc-client.ts';
import type { RunningMc } from './running-mc.ts';

export interface GateTraffic {
  /** One good release that passes both stages, one that fails at 20 %, and the way back to the good one. */
  day(): Promise<void>;
}

/** More than the demo layer's warm-up and window together, milliseconds. */
const stageMs = 12_000;

export function gateTraffic(mc: RunningMc): GateTraffic {
  let ahead = 0;
  let releases = 0;

  async function publish(predicate: object, digest: string, attempts = 1): Promise<void> {
    const token = await mc.token();
    let left = attempts;
    const publisher = createPublisher({
      url: mc.url,
      token: async () => token,
      backoff: { base: 1, max: 2 },
      // MC takes it each time; the publisher hears of it the last time only.
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        left -= 1;
        return left > 0 ? new Response(null, { status: 503 }) : response;
      },
    });
    await publisher.publish(parseSigned(Buffer.from(JSON.stringify(await mc.client.sign(predicate, digest)))));
  }

  async function ask(releaseId: string, stage: string, digest: string): Promise<string> {
    const { body } = await mc.client.ask({ service, releaseId, stage, digests: [`sha256:${digest}`] });
    return `${String(body['verdict'])} ${(body['reasons'] as { code: string }[]).map(({ code }) => code).join(' ')}`;
  }

  function windowOf(releaseId: string, stage: string, p95Ms: number): object {
    const { values, ...predicate } = stagePredicate({ releaseId, checkpoint: stage }, 500 - ahead) as {
      values: { slo: { canary: object } };
    };
    return { ...predicate, values: { slo: { ...values.slo, canary: { ...values.slo.canary, p95Ms, p99Ms: p95Ms } } } };
  }

  async function stage(releaseId: string, weight: string, digest: string, p95Ms: number): Promise<string> {
    expect(await ask(releaseId, weight, digest)).toMatch(/^hold/);
    ahead = mc.advance(stageMs);
    await publish(windowOf(releaseId, weight, p95Ms), digest);
    return ask(releaseId, weight, digest);
  }

  return {
    async day() {
      releases += 1;
      const good = `${releases}.0.0`;
      const bad = `${releases}.1.0`;
      const [goodDigest, badDigest] = [digestOf(good), digestOf(bad)];
      await publish(buildPredicate({ releaseId: good }), goodDigest, 2);
      await mc.client.publish(null, { bundle: 'nonsense' });
      expect(await stage(good, '20', goodDigest, 40)).toBe('pass ');
      expect(await stage(good, '50', goodDigest, 40)).toBe('pass ');
      await publish(buildPredicate({ releaseId: bad }), badDigest);
      expect(await stage(bad, '20', badDigest, 5000)).toMatch(/^fail P95_OVER_BUDGET/);
      ahead = mc.advance(stageMs);
      // The good release is current; the way back begins once another one has been.
      if (releases > 1) {
        const before = `${releases - 1}.0.0`;
        for (const weight of ['20', '50']) expect(await ask(before, weight, digestOf(before))).toBe('pass ');
      }
      await mc.client.list(good);
      await mc.client.list(good);
    },
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
