import { digestOf, sha256Hex } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { passingFacts } from './facts.fixture.ts';
import { entrypoints, type LayerDocument, layerPresets, loadPolicy, policyOf, presetNames, settingCatalog } from './index.ts';
import { createWasmEngine } from './wasm.ts';

const service = (values: object, bounds: object = {}) => ({ level: 'service', name: 'checkout', values, bounds }) as LayerDocument;

describe('loadPolicy', () => {
  it('loads every shipped layer complete, with a value for every setting', () => {
    for (const name of presetNames) {
      const { data } = loadPolicy({ layer: name, production: false });
      expect(Object.keys(data.configuration.layers[0]?.values ?? {}).sort()).toEqual(Object.keys(settingCatalog).sort());
    }
  });

  it('refuses the layer demo in production', () => {
    expect(() => loadPolicy({ layer: 'demo', production: true })).toThrow(expect.objectContaining({ code: 'LAYER_DEVELOPMENT_ONLY' }));
    expect(loadPolicy({ layer: 'demo', production: false }).layer).toBe('demo');
  });

  it("refuses a layer of one's own that extends demo in production", () => {
    const own: LayerDocument = { level: 'organisation', name: 'mine', extends: 'demo', values: {}, bounds: {} };
    expect(() => loadPolicy({ layer: own, production: true })).toThrow(expect.objectContaining({ code: 'LAYER_DEVELOPMENT_ONLY' }));
  });

  it('keeps the budgets of the documents', () => {
    const budgets = (name: keyof typeof layerPresets) => {
      const { p95BudgetMs, p99BudgetMs, errorRateBudget } =
        loadPolicy({ layer: name, production: false }).data.configuration.layers[0]?.values ?? {};
      return [p95BudgetMs, p99BudgetMs, errorRateBudget];
    };
    expect([budgets('standard'), budgets('strict'), budgets('maestro'), budgets('demo')]).toEqual([
      [350, null, 0.02],
      [350, null, 0.001],
      [1500, null, 0.01],
      [350, null, 0.02],
    ]);
  });

  it('names every fault of a layer with its path', () => {
    const broken = {
      level: 'planet',
      name: '',
      colour: 1,
      values: {
        p95BudgetMs: '350',
        errorRateBudget: 0,
        stages: ['20', '20'],
        windowMs: { '200': 1, '20': -1 },
        requireDigest: null,
        speed: 1,
        regressionFactor: 0.5,
        scanLevel: 'sometimes',
        testsLevel: null,
        trustedBuilders: ['*'],
        lineCoverageFloor: 1.5,
        vulnerabilitiesCriticalMax: -1,
        scanHoldAgeMs: null,
        'a/b': 1,
      },
      bounds: [],
    };
    try {
      loadPolicy({ production: true, overrides: [broken as unknown as LayerDocument] });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'LAYER_INVALID', status: 400 });
      expect((error as { faults: { path: string }[] }).faults.map((fault) => fault.path)).toEqual([
        '/overrides/0/colour',
        '/overrides/0/level',
        '/overrides/0/name',
        '/overrides/0/values/p95BudgetMs',
        '/overrides/0/values/errorRateBudget',
        '/overrides/0/values/stages',
        '/overrides/0/values/windowMs/20',
        '/overrides/0/values/windowMs/200',
        '/overrides/0/values/requireDigest',
        '/overrides/0/values/speed',
        '/overrides/0/values/regressionFactor',
        '/overrides/0/values/scanLevel',
        '/overrides/0/values/testsLevel',
        '/overrides/0/values/trustedBuilders',
        '/overrides/0/values/lineCoverageFloor',
        '/overrides/0/values/vulnerabilitiesCriticalMax',
        '/overrides/0/values/scanHoldAgeMs',
        '/overrides/0/values/a~1b',
        '/overrides/0/bounds',
      ]);
    }
  });

  it.each([[['a']], [['https://ci.example/*', 'https://ci.example/builder@v1']], [[]], [null]])(
    'takes %j for trusted builders',
    (trustedBuilders) => {
      const layer: LayerDocument = { level: 'service', name: 'checkout', values: { trustedBuilders }, bounds: {} };
      expect(loadPolicy({ production: true, overrides: [layer] }).data.configuration.layers[1]?.values).toEqual({ trustedBuilders });
    },
  );

  it.each([[['a', 'a']], [['a*b']], [['']], ['a'], [[1]]])('refuses %j as trusted builders', (trustedBuilders) => {
    const layer = { level: 'service', name: 'checkout', values: { trustedBuilders }, bounds: {} } as unknown as LayerDocument;
    expect(() => loadPolicy({ production: true, overrides: [layer] })).toThrow(expect.objectContaining({ code: 'LAYER_INVALID' }));
  });

  it.each([
    ['an unknown layer', { layer: 'nowhere' as never }, 'LAYER_UNKNOWN'],
    ['a layer that is no object', { layer: 7 as never }, 'LAYER_INVALID'],
    [
      'an organisation that leaves settings open',
      { layer: { level: 'organisation', name: 'mine', values: {}, bounds: {} } as LayerDocument },
      'LAYER_INVALID',
    ],
    ['a service in the place of the organisation', { layer: service({}) }, 'LAYER_INVALID'],
    ['a second organisation', { overrides: [{ ...layerPresets.standard }] }, 'LAYER_INVALID'],
    ['two layers of one service', { overrides: [service({}), service({})] }, 'LAYER_INVALID'],
    [
      'two tiers that share a service',
      {
        overrides: [
          { level: 'tier', name: 'gold', services: ['*'], values: {}, bounds: {} },
          { level: 'tier', name: 'silver', services: ['checkout'], values: {}, bounds: {} },
        ] as LayerDocument[],
      },
      'LAYER_INVALID',
    ],
    ['a tier without services', { overrides: [{ level: 'tier', name: 'gold', values: {}, bounds: {} } as LayerDocument] }, 'LAYER_INVALID'],
  ] as const)('refuses %s', (_, options, code) => {
    expect(() => loadPolicy({ production: true, ...options } as never)).toThrow(expect.objectContaining({ code }));
  });

  it('has a policy digest that anyone can compute, another one per data and entrypoint', () => {
    const policy = loadPolicy({ production: true });
    expect(policy.wasmDigest).toBe(sha256Hex(policy.wasm));
    expect(policy.digest(entrypoints.rollout)).toBe(
      digestOf({ wasm: policy.wasmDigest, data: policy.data, entrypoint: 'promotable/rollout/decision' }),
    );
    expect(policyOf(policy.layer, policy.wasm, JSON.parse(JSON.stringify(policy.data))).digest(entrypoints.rollout)).toBe(
      policy.digest(entrypoints.rollout),
    );
    const digests = [
      policy.digest(entrypoints.rollout),
      policy.digest(entrypoints.evidence),
      loadPolicy({ layer: 'strict', production: true }).digest(entrypoints.rollout),
    ];
    expect(new Set(digests).size).toBe(3);
  });

  it('has the same digest for the same layers in any order', () => {
    const other = { ...service({ p95BudgetMs: 100 }), name: 'search' };
    const digest = (overrides: LayerDocument[]) => loadPolicy({ production: true, overrides }).digest(entrypoints.rollout);
    expect(digest([service({}), other])).toBe(digest([other, service({})]));
  });

  it('lets a layer decide: a tighter budget fails what passed', async () => {
    const loose = await createWasmEngine(loadPolicy({ production: true }));
    const tight = await createWasmEngine(loadPolicy({ production: true, overrides: [service({ p95BudgetMs: 80 })] }));
    expect([loose, tight].map((engine) => engine.evaluate(entrypoints.rollout, passingFacts()).verdict)).toEqual(['pass', 'fail']);
  });
});
