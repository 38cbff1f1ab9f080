import { describe, expect, it } from 'vitest';
import { evidenceFacts, passingFacts } from './facts.fixture.ts';
import { type DecisionEntrypoint, entrypoints, type LayerDocument, loadPolicy, policyOf } from './index.ts';
import { createWasmEngine } from './wasm.ts';

const policy = loadPolicy({ production: true });

describe('createWasmEngine', () => {
  it('evaluates facts to a verdict', async () => {
    const engine = await createWasmEngine(policy);
    expect(engine.evaluate(entrypoints.rollout, passingFacts())).toEqual({ verdict: 'pass', reasons: [], warnings: [] });
    expect(engine.evaluate(entrypoints.evidence, evidenceFacts())).toEqual({ verdict: 'pass', reasons: [], warnings: [] });
  });

  it('holds for whatever is no object of facts', async () => {
    const engine = await createWasmEngine(policy);
    for (const facts of [null, undefined, 0, '', 'facts', [], {}, true]) {
      for (const entrypoint of [entrypoints.rollout, entrypoints.evidence])
        expect(engine.evaluate(entrypoint, facts).verdict, JSON.stringify(facts)).toBe('hold');
    }
  });

  it('reads facts as the bytes of their JSON too, wherever those lie', async () => {
    const engine = await createWasmEngine(policy);
    const bytes = Buffer.from(JSON.stringify(passingFacts()));
    const within = new Uint8Array(Buffer.concat([Buffer.from('}'), bytes, Buffer.from('{')])).subarray(1, bytes.length + 1);
    for (const given of [bytes, Uint8Array.from(bytes), within])
      expect(engine.evaluate(entrypoints.rollout, given)).toEqual({ verdict: 'pass', reasons: [], warnings: [] });
    for (const given of [new Uint8Array(), bytes.subarray(1), bytes.subarray(0, -1), new Uint8Array([0xff])])
      expect(engine.evaluate(entrypoints.rollout, given).verdict).toBe('hold');
    expect(engine.evaluate(entrypoints.rollout, bytes).verdict).toBe('pass');
  });

  it('turns whatever the engine throws into one coded error, and answers again afterwards', async () => {
    const engine = await createWasmEngine(policy);
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    expect(() => engine.evaluate('promotable/nothing' as DecisionEntrypoint, {})).toThrow(
      expect.objectContaining({ code: 'POLICY_FAILED' }),
    );
    expect(() => engine.evaluate(entrypoints.rollout, loop)).toThrow(expect.objectContaining({ code: 'POLICY_FAILED' }));
    expect(engine.evaluate(entrypoints.rollout, passingFacts()).verdict).toBe('pass');
  });

  it('refuses bytes that are no policy', async () => {
    await expect(createWasmEngine(policyOf('x', new Uint8Array([1, 2, 3]), policy.data))).rejects.toMatchObject({ code: 'POLICY_FAILED' });
  });

  it('refuses an answer of another shape', async () => {
    const engine = await createWasmEngine(policy);
    expect(() => engine.evaluate(entrypoints.thresholds as unknown as DecisionEntrypoint, { service: 'a', environment: 'b' })).toThrow(
      expect.objectContaining({ code: 'POLICY_RESULT_INVALID' }),
    );
    const bare = await createWasmEngine(policyOf('x', policy.wasm, { configuration: { ...policy.data.configuration, layers: [] } }));
    expect(() => bare.thresholds('a', 'b')).toThrow(expect.objectContaining({ code: 'POLICY_RESULT_INVALID' }));
  });

  it('never passes without its data', async () => {
    for (const configuration of [
      {},
      { ...policy.data.configuration, settings: {} },
      { ...policy.data.configuration, layers: [] },
      { ...policy.data.configuration, shapes: {} },
      { ...policy.data.configuration, samples: {} },
    ]) {
      const engine = await createWasmEngine(policyOf('x', policy.wasm, { configuration } as never));
      expect(engine.evaluate(entrypoints.rollout, passingFacts()).verdict).toBe('hold');
    }
  });

  it('replaces an instance whose memory has grown, and goes on answering', async () => {
    const engine = await createWasmEngine(policy, { maxMemoryBytes: 1 });
    const large = { ...passingFacts(), extra: 'x'.repeat(3_000_000) };
    for (let round = 0; round < 3; round += 1) {
      expect(engine.evaluate(entrypoints.rollout, large).verdict).toBe('hold');
      expect(engine.evaluate(entrypoints.rollout, passingFacts()).verdict).toBe('pass');
    }
  });
});

describe('thresholds', () => {
  const tier: LayerDocument = {
    level: 'tier',
    name: 'gold',
    services: ['checkout'],
    values: { p95BudgetMs: 9000, errorRateBudget: 0.03 },
    bounds: {},
  };

  it('names each effective value and the layer it comes from', async () => {
    const engine = await createWasmEngine(
      loadPolicy({
        production: true,
        overrides: [tier, { level: 'service', name: 'checkout', values: { windowMs: { '50': 900_000 } }, bounds: {} }],
      }),
    );
    const { values, layers, warnings } = engine.thresholds('checkout', 'production');
    expect([values.errorRateBudget, layers.errorRateBudget]).toEqual([0.03, 'tier gold']);
    expect([values.windowMs, layers.windowMs]).toEqual([
      { '20': 300_000, '50': 900_000 },
      { '20': 'organisation standard', '50': 'service checkout' },
    ]);
    expect([values.p95BudgetMs, layers.p95BudgetMs]).toEqual([350, 'organisation standard']);
    expect(warnings.map((warning) => [warning.code, warning.params['setting']])).toEqual([['THRESHOLD_OUT_OF_BOUNDS', 'p95BudgetMs']]);
  });

  it('are those of the demo where the demo is loaded', async () => {
    const engine = await createWasmEngine(loadPolicy({ layer: 'demo', production: false }));
    expect(engine.thresholds('checkout', 'demo').values).toMatchObject({
      stages: ['20', '50'],
      requireDigest: true,
      p95BudgetMs: 350,
      p99BudgetMs: null,
      errorRateBudget: 0.02,
      warmUpMs: 1000,
      windowMs: { '20': 8000, '50': 6000 },
      confirmationMs: 6000,
      publisherAttempts: 3,
      publisherTotalMs: 3000,
      breakerOpenMs: 1000,
      gatePollMs: 1000,
      collectEveryMs: 6000,
      passValidMs: 300_000,
    });
  });
});
