import type { SloMeasure } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { TelemetryError } from '../errors.ts';
import { collectStage, type CollectStageOptions, type StageReading } from './collect-stage.ts';
import { familyTemplate } from './metric-families.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import { fileSnapshots, takeSnapshot } from './slo-snapshot.ts';

const minute = 60_000;
const stageAt = 100 * minute;
let now: number;
/** Newest sample of everything, milliseconds; null = Prometheus is away. */
let newest: number | null;
let perMinute: number;
/** Lengths of the windows that were asked for. */
let asked: number[];
let text: string | null;

/** A service with so many requests a minute, all of them taking at most a tenth of a second. */
const client = {
  async instant(expression) {
    if (newest === null) throw new TelemetryError('PROMETHEUS_UNREACHABLE', 'away', { retryable: true, status: 503 });
    const of = (value: number, labels = {}) => ({ labels, atMs: 0, value, histogram: null });
    if (expression.startsWith('max(timestamp(')) return [of(newest / 1000)];
    if (expression.startsWith('count(')) return [of(1)];
    if (expression.includes('active_requests')) return [of(3)];
    const ms = Number(/\[(\d+)ms\]/.exec(expression)?.[1]);
    const many = Math.round((expression.includes('probe') ? 600 : perMinute) * (ms / minute));
    if (expression.startsWith('sum by (le)')) return ['0.05', '0.1', '+Inf'].map((le) => of(le === '0.05' ? 0 : many, { le }));
    asked.push(ms);
    return [of(many, { http_response_status_code: '200' })];
  },
  range: () => Promise.reject(new Error('not asked')),
} satisfies PrometheusClient;

beforeEach(() => {
  now = stageAt + 7 * minute;
  newest = now;
  perMinute = 600;
  asked = [];
  text = null;
});

const snapshots = fileSnapshots({
  read: async () => text,
  write: async (next) => {
    text = next;
  },
});
const collect = (changes: Partial<CollectStageOptions> = {}) =>
  collectStage({
    client,
    template: familyTemplate('otel'),
    canary: { hash: 'new' },
    stable: { hash: 'old' },
    timing: { startedAtMs: stageAt, warmUpMs: minute, windowMs: 5 * minute, everyMs: minute },
    samplesNeeded: 149,
    clock: { now: () => now, monotonic: () => performance.now() },
    patienceMs: 20,
    pauseMs: 1,
    ...changes,
  });
const read = async (changes: Partial<CollectStageOptions> = {}) => (await collect(changes)) as StageReading;

describe('a stage', () => {
  it('is measured in one window, the canary beside the stable version', async () => {
    const measure: SloMeasure = { p95Ms: 97.5, p99Ms: 99.5, errorRate: 0, open: 3 };
    expect(await read()).toEqual({
      window: { fromMs: stageAt + 2 * minute, untilMs: stageAt + 7 * minute },
      slo: { source: 'prometheus otel', canary: measure, stable: measure },
      samples: { slo: 3000, stable: 3000 },
      late: null,
    });
  });

  it('states that no stable version is running only where it was told so', async () => {
    expect(await read({ stable: null })).toMatchObject({ slo: { stable: { absent: 'NO_STABLE' } }, samples: { slo: 3000 } });
  });

  it('says of a stable version that nobody asks anything that it was not measured', async () => {
    const idle: PrometheusClient = {
      ...client,
      instant: async (expression) => {
        const answer = await client.instant(expression);
        const counts = expression.includes('"old"') && !expression.startsWith('max(timestamp(') && !expression.startsWith('count(');
        return counts ? answer.map((sample) => ({ ...sample, value: 0 })) : answer;
      },
    };
    expect(await read({ client: idle })).toMatchObject({
      slo: { source: 'prometheus otel, stable idle', stable: { absent: 'NOT_MEASURED' } },
      samples: { slo: 3000 },
      late: null,
    });
  });

  it('has no window before the first one is over', async () => {
    now = stageAt + minute;
    expect(await collect()).toEqual({ absent: 'WINDOW_PENDING', dueAtMs: stageAt + 2 * minute });
  });

  it('needs two versions that differ, each told by something', async () => {
    for (const [canary, stable] of [
      [{ hash: 'a' }, { hash: 'a' }],
      [{}, { hash: 'a' }],
      [{ hash: 'a' }, {}],
    ] as const) // prettier-ignore
      await expect(collect({ canary, stable })).rejects.toMatchObject({ code: 'INVALID_SELECTOR' });
  });
});

describe('with little traffic', () => {
  it('the window grows until the requests suffice, and the stable version is measured in the same one', async () => {
    now = stageAt + 90 * minute;
    newest = now;
    perMinute = 8;
    const { window, samples } = await read();
    expect([(window.untilMs - window.fromMs) / minute, samples]).toEqual([20, { slo: 160, stable: 160 }]);
    expect(asked.map((ms) => ms / minute)).toEqual([5, 10, 20, 20]);
  });

  it('it grows to an hour at most, and no further back than the warm-up', async () => {
    perMinute = 1;
    const lengths = [];
    for (const later of [7, 30, 120]) {
      now = stageAt + later * minute;
      newest = now;
      const { window } = await read();
      lengths.push((window.untilMs - window.fromMs) / minute);
    }
    expect(lengths).toEqual([6, 29, 60]);
  });

  it('made requests are measured in their place once it can grow no more, and the evidence says so', async () => {
    now = stageAt + 120 * minute;
    newest = now;
    perMinute = 1;
    const synthetic = { ...familyTemplate('otel'), name: 'probes', presence: 'probe{$selector}', latency: familyTemplate('otel').latency };
    const probes = JSON.parse(JSON.stringify(synthetic).replaceAll('http_server_request', 'probe_request')) as typeof synthetic;
    expect(await read({ synthetic: probes })).toMatchObject({
      slo: { source: 'synthetic prometheus probes', synthetic: { realSamples: 60, realWindowMs: 60 * minute } },
      samples: { slo: 3000, stable: 3000 },
    });
    // While it can grow, an hour of real ones may still come.
    now = stageAt + 30 * minute;
    const real = await read({ synthetic: probes });
    expect(real).toMatchObject({ slo: { source: 'prometheus otel' }, samples: { slo: 29 } });
    expect(real.slo).not.toHaveProperty('synthetic');
  });
});

describe('while Prometheus is late', () => {
  it('the newest sample is waited for', async () => {
    newest = now - 1;
    let looks = 0;
    const waiting: PrometheusClient = {
      ...client,
      instant: async (expression) => {
        looks += expression.startsWith('max(timestamp(') ? 1 : 0;
        if (looks > 2) newest = now;
        return client.instant(expression);
      },
    };
    expect(await read({ client: waiting, patienceMs: 10_000, stable: null })).toMatchObject({ late: null });
    expect(looks).toBe(3);
  });

  it('nothing is said where nothing was measured before', async () => {
    newest = now - 1;
    await expect(collect()).rejects.toMatchObject({ code: 'LAGGING', retryable: true });
    newest = null;
    await expect(collect({ snapshots })).rejects.toMatchObject({ code: 'PROMETHEUS_UNREACHABLE' });
  });

  it.each(['LAGGING', 'PROMETHEUS_UNREACHABLE'])('an earlier window of the stage stands in, as what it is (%s)', async (code) => {
    const before = await read({ snapshots });
    now += 2 * minute;
    newest = code === 'LAGGING' ? newest : null;
    const after = await read({ snapshots });
    expect(after).toEqual({
      ...before,
      slo: { ...before.slo, source: 'prometheus otel, cached' },
      late: expect.objectContaining({ code }),
    });
  });

  it('a window of another stage does not stand in', async () => {
    await read({ snapshots });
    now += 20 * minute;
    newest = null;
    const timing = { startedAtMs: stageAt + 10 * minute, warmUpMs: minute, windowMs: 5 * minute, everyMs: minute };
    await expect(collect({ snapshots, timing })).rejects.toMatchObject({ code: 'PROMETHEUS_UNREACHABLE' });
  });

  it('the stable version from before the rollout stands in for the one of today, with its age', async () => {
    await read({ snapshots });
    now += 8 * minute;
    newest = now;
    const lagging: PrometheusClient = {
      ...client,
      instant: async (expression) => {
        if (expression.includes('old')) throw new TelemetryError('PROMETHEUS_WARNED', 'partial', { retryable: true, status: 503 });
        return client.instant(expression);
      },
    };
    const reading = await read({ snapshots, client: lagging });
    expect(reading).toMatchObject({
      window: { untilMs: now },
      slo: { source: 'prometheus otel, stable 8 min old' },
      late: { code: 'PROMETHEUS_WARNED' },
    });
    await expect(collect({ snapshots, client: lagging, snapshotMaxAgeMs: minute })).rejects.toMatchObject({ code: 'PROMETHEUS_WARNED' });
  });

  it('a snapshot that was taken on its own stands in alike', async () => {
    const window = { fromMs: now - 10 * minute, untilMs: now - 5 * minute };
    const options = { client, template: familyTemplate('otel'), matchers: { hash: 'old' }, window, snapshots };
    const taken = await takeSnapshot({ ...options, clock: { now: () => now, monotonic: () => performance.now() } });
    expect(taken).toMatchObject({ selector: 'hash="old"', ...window, samples: 3000 });
    const away: PrometheusClient = {
      ...client,
      instant: async (expression) => {
        if (expression.includes('old')) throw new TelemetryError('PROMETHEUS_UNREACHABLE', 'away', { retryable: true, status: 503 });
        return client.instant(expression);
      },
    };
    expect(await read({ snapshots, client: away })).toMatchObject({ slo: { source: 'prometheus otel, stable 5 min old' } });
  });

  it('a wrong answer is not covered up by an earlier one', async () => {
    await read({ snapshots });
    const wrong: PrometheusClient = { ...client, instant: async () => [] };
    await expect(collect({ snapshots, client: wrong })).rejects.toMatchObject({ code: 'NO_SERIES' });
  });
});
