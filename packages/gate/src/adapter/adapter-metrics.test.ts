import type { GateQuestion, Verdict } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { adapterWorld } from '../testing/adapter-world.ts';
import { measuredStage, minute } from '../testing/scenes.ts';
import { ask20 } from '../testing/world.ts';
import type { AdapterMetric, AdapterMetricFactory, GaugeValues } from './adapter-metrics.ts';
import { gateAdapterModule } from './adapter-module.ts';

/** A registry that remembers what was told it, as `name{labels} values`. */
function recordingRegistry() {
  const definitions: AdapterMetric[] = [];
  const counted = new Map<string, number>();
  const observed = new Map<string, number[]>();
  const gauges: { name: string; read: () => GaugeValues }[] = [];
  const series = (name: string, labels: Record<string, string>) => `${name}{${Object.values(labels).join(',')}}`;
  const factory: AdapterMetricFactory = {
    counter(definition) {
      definitions.push(definition);
      return {
        inc(labels, value = 1) {
          expect(Object.keys(labels)).toEqual(definition.labelNames);
          const key = series(definition.name, labels);
          counted.set(key, (counted.get(key) ?? 0) + value);
        },
      };
    },
    histogram(definition) {
      definitions.push(definition);
      expect(definition.buckets).toEqual(definition.buckets.toSorted((a, b) => a - b));
      return {
        observe(labels, value) {
          expect(Object.keys(labels)).toEqual(definition.labelNames);
          const key = series(definition.name, labels);
          observed.set(key, [...(observed.get(key) ?? []), value]);
        },
      };
    },
    gauge(definition, read) {
      definitions.push(definition);
      gauges.push({ name: definition.name, read });
    },
  };
  return {
    factory,
    definitions,
    /** Series of this metric that are not 0. */
    count: (name: string) => Object.fromEntries([...counted].filter(([key, value]) => key.startsWith(`${name}{`) && value !== 0)),
    zeros: () => [...counted].filter(([, value]) => value === 0).map(([key]) => key),
    observed: (name: string) => Object.fromEntries([...observed].filter(([key]) => key.startsWith(`${name}{`))),
    scrape: () => gauges.flatMap(({ name, read }) => read().map(({ labels, value }) => [series(name, labels), value] as const)),
  };
}

async function measured(fetch?: typeof globalThis.fetch) {
  const scene = await adapterWorld();
  const registry = recordingRegistry();
  const module = gateAdapterModule({
    ...scene.options,
    ...(fetch === undefined ? {} : { fetch }),
    metrics: () => registry.factory,
  });
  module.routes({ post: () => undefined }, { metrics: null });
  const ask = async (question: GateQuestion = ask20): Promise<Verdict> => (await module.adapter.answer(question)).verdict;
  return { scene, registry, ask };
}

describe('metrics of an adapter', () => {
  it('show each verdict and level at zero for every named environment before anything was asked', async () => {
    const { registry } = await measured();
    const places = ['production', 'staging'];
    expect(registry.zeros()).toEqual([
      ...['pass', 'fail', 'hold'].flatMap((verdict) => places.map((place) => `rollout_gate_${verdict}_total{${place}}`)),
      ...places.flatMap((place) => ['notify', 'page', 'pause'].map((level) => `rollout_gate_hold_level_total{${place},${level}}`)),
    ]);
    expect(registry.scrape()).toEqual(
      places.flatMap((place) => ['waiting', 'notify', 'page', 'pause'].map((level) => [`rollout_gate_held{${place},${level}}`, 0])),
    );
    for (const { name, help } of registry.definitions)
      expect([name, help]).toEqual([expect.stringMatching(/^rollout_gate_[a-z_]+$/), expect.stringMatching(/\.$/)]);
  });

  it('count a verdict when it changes and an answer each time, with what it rests on and why', async () => {
    const { scene, registry, ask } = await measured();
    expect([await ask(), await ask()]).toEqual(['hold', 'hold']);
    scene.world.clock.advance(minute);
    await measuredStage(scene.world);
    expect([await ask(), await ask()]).toEqual(['pass', 'pass']);
    expect(registry.count('rollout_gate_hold_total')).toEqual({ 'rollout_gate_hold_total{production}': 1 });
    expect(registry.count('rollout_gate_pass_total')).toEqual({ 'rollout_gate_pass_total{production}': 1 });
    expect(registry.count('rollout_gate_fail_total')).toEqual({});
    const answers = registry.count('rollout_gate_answers_total');
    expect(answers).toMatchObject({ 'rollout_gate_answers_total{hold,mc}': 2 });
    expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBe(4);
    const reasons = registry.count('rollout_gate_reasons_total');
    expect(Object.keys(reasons).length).toBeGreaterThan(0);
    expect(
      Object.entries(reasons).every(([key, count]) => key.startsWith('rollout_gate_reasons_total{production,hold,') && count === 1),
    ).toBe(true);
    const durations = registry.observed('rollout_gate_duration_seconds');
    expect(Object.entries(durations).map(([key, values]) => [key, values.length])).toEqual([
      ['rollout_gate_duration_seconds{production,hold}', 2],
      ['rollout_gate_duration_seconds{production,pass}', 2],
    ]);
  });

  it('tell how long a question was held once it is not, in seconds', async () => {
    const { scene, registry, ask } = await measured();
    await measuredStage(scene.world);
    scene.world.outage = new Error('no evidence can be read');
    expect(await ask()).toBe('hold');
    scene.world.clock.advance(30_000);
    scene.world.outage = null;
    expect([await ask(), await ask()]).toEqual(['pass', 'pass']);
    expect(registry.observed('rollout_gate_hold_seconds')).toEqual({ 'rollout_gate_hold_seconds{production}': [30] });
  });

  it('tell how long an answer took, in seconds', async () => {
    const { scene, registry, ask } = await measured((input, init) => {
      scene.world.clock.advance(250);
      return scene.options.fetch?.(input, init) ?? Promise.reject(new Error('no fetch'));
    });
    await ask();
    // The key set is asked for too.
    const [[took] = []] = Object.values(registry.observed('rollout_gate_duration_seconds'));
    expect(took).toBeGreaterThanOrEqual(0.25);
    expect(took).toBeLessThan(2);
  });

  it('gather environments that are not named under one name', async () => {
    const { registry, ask } = await measured();
    await ask({ ...ask20, environment: 'preview-1' });
    await ask({ ...ask20, environment: 'preview-2' });
    expect(registry.count('rollout_gate_hold_total')).toEqual({ 'rollout_gate_hold_total{other}': 2 });
    expect(registry.scrape()).toContainEqual(['rollout_gate_held{other,waiting}', 2]);
  });

  it('show who is held now by the highest level reached, and count each level when it is', async () => {
    const { scene, registry, ask } = await measured();
    for (let minutes = 0; minutes <= 15; minutes++) {
      await ask();
      if (minutes === 14) await ask({ ...ask20, releaseId: 'B' });
      scene.world.clock.advance(minute);
    }
    expect(registry.count('rollout_gate_hold_level_total')).toEqual({
      'rollout_gate_hold_level_total{production,notify}': 1,
      'rollout_gate_hold_level_total{production,page}': 1,
    });
    const now = registry.scrape().filter(([, value]) => value > 0);
    expect(now).toEqual([
      ['rollout_gate_held{production,waiting}', 1],
      ['rollout_gate_held{production,page}', 1],
    ]);
    const reached = registry.count('rollout_gate_hold_level_total');
    scene.world.clock.advance(60 * minute);
    expect(registry.scrape().filter(([, value]) => value > 0)).toEqual([]);
    // The end of a hold is no level that was reached.
    expect(scene.holds.map(({ state }) => state)).toEqual(['reached', 'reached', 'ended', 'ended']);
    expect(registry.count('rollout_gate_hold_level_total')).toEqual(reached);
  });
});
