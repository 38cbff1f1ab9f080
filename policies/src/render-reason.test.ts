import type { PolicyReason } from '@promotable/contracts';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rolloutFacts } from './facts.arbitrary.ts';
import { digestA, exceptionFact, failingFacts, passingFacts, windowOf } from './facts.fixture.ts';
import { entrypoints, type LayerDocument, loadPolicy, PoliciesError, reasonCatalog, reasonOf, renderReason } from './index.ts';
import { createWasmEngine } from './wasm.ts';

const clientParams = {
  MC_UNREACHABLE: { timeout: 3000, cause: 'ECONNREFUSED' },
  UNAUTHENTICATED: { status: 401 },
  QUESTION_REFUSED: { error: 'MISSING_FIELD', status: 400 },
  ANSWER_UNREADABLE: { cause: 'HTML' },
  DECISION_UNVERIFIED: { cause: 'no signature' },
  DECISION_EXPIRED: { age: 61_000 },
  DECISION_OUTDATED: { revision: 3, known: 5 },
  DECISION_FOREIGN: { field: 'stage' },
  POLICY_FAILED: { cause: 'POLICY_RESULT_INVALID' },
  LEDGER_BEHIND_CHECKPOINT: {},
  INTERNAL: {},
};

/** Reasons of every code, as the rules really emit them. */
const emitted = new Map<string, PolicyReason[]>();

beforeAll(async () => {
  const builders = {
    coverageLevel: 'required' as const,
    lineCoverageFloor: 0.75,
    provenanceLevel: 'required' as const,
    trustedBuilders: ['https://ci.example/*'],
  };
  const strict: LayerDocument = {
    level: 'service',
    name: 'checkout',
    values: { p99BudgetMs: 300, requireCost: true, requireBaseline: true, errorRateBudget: 0.5, ...builders },
    bounds: {},
  };
  const plain = await createWasmEngine(loadPolicy({ production: true }));
  const demanding = await createWasmEngine(loadPolicy({ production: true, overrides: [strict] }));
  const many = fc.sample(rolloutFacts, { numRuns: 500, seed: 7 });
  const rollback = {
    ...passingFacts(),
    standing: {
      proven: true,
      revoked: false,
      current: false,
      suspectForMs: { absent: 'NOT_SUSPECT' as const },
      passedWith: { absent: 'NO_PASS' as const },
    },
  };
  const noticed = { ...failingFacts(), exceptions: [exceptionFact({ codes: ['P95_OVER_BUDGET'], expiresInMs: 1000 })] };
  const late = passingFacts();
  windowOf(late).canary.p99Ms = 900;
  if (!('absent' in late.items.cost)) Object.assign(late.items.cost, { estimated: false, graphqlPerMillionUsd: 2.5 });
  const broken = [{ ...passingFacts(), extra: 1 }, { ...passingFacts(), stage: {} }, { schema: 'https://promotable.dev/facts/rollout/v1' }];
  for (const facts of [...many, rollback, noticed, late, ...broken])
    for (const engine of [plain, demanding]) keep(engine.evaluate(entrypoints.rollout, facts));
  keep(plain.evaluate(entrypoints.evidence, passingFacts()));
  for (const [code, params] of Object.entries(clientParams)) keep(plain.evaluate(entrypoints.client, { code, params }));
});

function keep({ reasons, warnings }: { reasons: PolicyReason[]; warnings: PolicyReason[] }): void {
  for (const reason of [...reasons, ...warnings]) emitted.set(reason.code, [...(emitted.get(reason.code) ?? []), reason]);
}

describe('renderReason', () => {
  it('has a real example of every code in the catalog', () => {
    expect([...emitted.keys()].sort()).toEqual(Object.keys(reasonCatalog).sort());
  });

  it('leaves no placeholder and no gap in any text that the rules give rise to', () => {
    let texts = 0;
    for (const reason of [...emitted.values()].flat()) {
      const { message, fix } = renderReason(reason);
      for (const text of [message, fix]) {
        // Requests that nobody counted are unknown indeed.
        if (reason.params['samples'] !== null && reason.params['stableSamples'] !== null)
          expect(text, JSON.stringify(reason)).not.toMatch(/unknown (?!shape)|undefined|NaN/);
        expect(text, reason.code).not.toMatch(/[{}]/);
        texts += 1;
      }
    }
    process.stdout.write(`rendering: ${emitted.size} codes, ${texts} texts\n`);
  });

  it('classes every emitted reason as its catalog entry says', () => {
    for (const reason of [...emitted.values()].flat()) expect(reason.class).toBe(reasonCatalog[reason.code]?.class);
  });

  it('writes measured value, budget, samples, window and source for a person', () => {
    const reason = {
      code: 'P95_OVER_BUDGET',
      class: 'waivable_breach',
      params: { measured: 412.456, budget: 350, unit: 'ms', samples: 1200, window: 300_000, source: 'prometheus' },
    } as const;
    expect(renderReason(reason).message).toBe('p95 412.46 ms is over the budget of 350 ms (1200 requests in 5 min, prometheus).');
  });

  it('writes fractions as percent, costs in dollars and long lists shortened', () => {
    const errors = renderReason({
      code: 'ERROR_RATE_OVER_BUDGET',
      class: 'waivable_breach',
      params: { measured: 0.0312, budget: 0.02, unit: 'fraction', samples: 300, window: 6000, source: 'splitter' },
    });
    expect(errors.message).toBe('3.12 % of all requests failed, the budget is 2 % (300 requests in 6 s, splitter).');
    const cost = renderReason({
      code: 'COST_ADVISORY',
      class: 'note',
      params: { metric: 'graphqlPerMillion', measured: 2.5, budget: 2, unit: 'usd', estimated: true },
    });
    expect(cost.message).toBe('graphqlPerMillion costs $2.5, above $2 (advisory, an estimate).');
    expect(renderReason({ code: 'DIGEST_MISMATCH', class: 'breach', params: { digests: ['a', 'b', 'c', 'd', 'e'] } }).message).toBe(
      'Not part of the release: a, b, c and 2 more.',
    );
  });

  it('never puts a value into a text twice: braces in values stay what they are', () => {
    expect(renderReason({ code: 'MISSING_FIELD', class: 'missing_proof', params: { path: '/{measured}$&' } }).message).toBe(
      'The facts lack the field /{measured}$&.',
    );
  });

  it('words what clients say about themselves', () => {
    expect(reasonOf('MC_UNREACHABLE', { timeout: 8000, cause: 'connection refused' })).toMatchObject({
      class: 'missing_proof',
      message: 'MC did not answer within 8 s: connection refused.',
    });
    expect(reasonOf('NO_EVIDENCE', { items: ['sbom'], digests: [digestA] }).message).toBe(`No evidence on record: sbom for ${digestA}.`);
  });

  it('refuses a code that the policy does not have', () => {
    for (const code of ['NOT_A_CODE', 'toString'])
      expect(() => reasonOf(code)).toThrow(expect.objectContaining({ code: 'REASON_UNKNOWN' }));
    expect(() => renderReason({ code: 'NOT_A_CODE', class: 'breach', params: {} })).toThrow(PoliciesError);
  });
});
