// Guarantee 5: a gate never passes by accident. Facts are broken in every place; what did not pass before must not pass then.
import type { ExceptionFact, RolloutFacts } from '@promotable/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestB, exceptionFact, failingFacts, holdingFacts, passingFacts, scanValue, vulnerableFacts, windowOf } from './facts.fixture.ts';
import { entrypoints, loadPolicy, type PolicyEngine } from './index.ts';
import { type Mutation, mutationsOf } from './mutation.fixture.ts';
import { createWasmEngine } from './wasm.ts';

let engine: PolicyEngine;
beforeAll(async () => {
  engine = await createWasmEngine(loadPolicy({ production: true }));
});

/** An engine that cannot answer is a hold at the gate. */
function verdictOf(facts: unknown): string {
  try {
    return engine.evaluate(entrypoints.rollout, facts).verdict;
  } catch {
    return 'hold';
  }
}

const notPassing: Record<string, () => RolloutFacts> = {
  'fails on latency': failingFacts,
  'holds for time and requests': holdingFacts,
  'fails on red tests': () => {
    const facts = passingFacts();
    facts.items.tests = [{ ...passingFactsTests(), value: { total: 10, passed: 8, failed: 1, errors: 1, skipped: 0 } }];
    return facts;
  },
  'fails on a foreign digest': () => ({ ...passingFacts(), request: { digests: [digestB], podTemplateHash: 'abc123' } }),
  'holds for no evidence': () => {
    const facts = passingFacts();
    facts.items.sbom = { absent: 'NO_EVIDENCE' };
    return facts;
  },
  'holds for a stale window': () => {
    const facts = passingFacts();
    Object.assign(windowOf(facts), { ageMs: 400_000 });
    return facts;
  },
  'fails on a critical vulnerability': vulnerableFacts,
  'fails on a vulnerability whose waiver has expired': () => ({ ...vulnerableFacts(), exceptions: [findingWaiver({ expiresInMs: 0 })] }),
  'fails on a vulnerability beside a waived one': () => {
    const facts = vulnerableFacts();
    const second = { id: 'CVE-2026-2222', purl: { absent: 'NOT_STATED' as const }, severity: 'critical' as const, fixedIn: [] };
    if (Array.isArray(facts.items.scan)) Object.assign(facts.items.scan[0] ?? {}, { value: scanValue(...firstFindings(facts), second) });
    return { ...facts, exceptions: [findingWaiver()] };
  },
  'holds for a missing scan': () => {
    const facts = passingFacts();
    facts.items.scan = { absent: 'NO_EVIDENCE' };
    return facts;
  },
  'holds for an unproven rollback': () => {
    const facts = holdingFacts();
    facts.standing.suspectForMs = 1000;
    facts.standing.proven = true;
    return facts;
  },
  'fails under a waiver of something else': () => ({ ...failingFacts(), exceptions: [exceptionFact()] }),
  'fails under an expired waiver': () => ({
    ...failingFacts(),
    exceptions: [exceptionFact({ codes: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'], expiresInMs: 0 })],
  }),
};

function firstFindings({ items: { scan } }: RolloutFacts) {
  const value = Array.isArray(scan) ? scan[0]?.value : undefined;
  return value === undefined || 'absent' in value ? [] : value.findings;
}

/** A waiver of the finding of {@link vulnerableFacts} alone. */
function findingWaiver(changes: Partial<ExceptionFact> = {}): ExceptionFact {
  return exceptionFact({ codes: ['VULN_OVER_BUDGET'], rule: 'CVE-2026-1111', path: 'pkg:npm/left@1.2.3', ...changes });
}

function passingFactsTests() {
  const { tests } = passingFacts().items;
  if (!Array.isArray(tests) || tests[0] === undefined) throw new Error('these facts have no tests');
  return tests[0];
}

describe('facts broken in one place', () => {
  for (const [name, base] of Object.entries(notPassing)) {
    it(`never pass when they ${name.replace('fails', 'failed').replace('holds', 'held')} before`, () => {
      expect(verdictOf(base())).not.toBe('pass');
      const mutations = mutationsOf(base());
      expect(mutations.filter((mutation) => verdictOf(mutation.facts) === 'pass').map((mutation) => mutation.name)).toEqual([]);
      process.stdout.write(`guarantee 5: ${name}: ${mutations.length} mutations, ${JSON.stringify(tally(mutations))}, 0 passes\n`);
    });
  }

  it('pass no longer when they passed before, but for the places that nothing rests on', () => {
    const mutations = mutationsOf(passingFacts());
    const passes = mutations.filter((mutation) => verdictOf(mutation.facts) === 'pass').map((mutation) => mutation.name);
    process.stdout.write(`guarantee 5: passing facts: ${mutations.length} mutations, ${passes.length} still pass\n`);
    // Cost, coverage and provenance are advisory, the window before is no window of this stage then, and there was neither an exception
    // nor a finding to lose.
    expect(passes.sort()).toEqual([
      '/exceptions = []',
      '/items/cost/covers = []',
      '/items/cost/covers/0 deleted',
      '/items/cost/ingestPerThousandUsd = 7',
      '/items/coverage/0/covers = []',
      '/items/coverage/0/covers/0 deleted',
      '/items/coverage/0/earlier = []',
      '/items/provenance/0/covers = []',
      '/items/provenance/0/covers/0 deleted',
      '/items/provenance/0/value/sourceUri = "surprise"',
      '/items/scan/0/earlier = []',
      '/items/scan/0/value/findings = []',
      '/items/slo/previous/startOffsetMs = -0.5',
      '/items/slo/previous/startOffsetMs = -1',
    ]);
  });
});

describe('a valid absence is a change of evidence', () => {
  it.each([
    ['sbom', { absent: 'NO_EVIDENCE' }, 'hold', 'NO_EVIDENCE'],
    ['tests', { absent: 'NO_EVIDENCE' }, 'hold', 'NO_EVIDENCE'],
    ['slo', { absent: 'NO_EVIDENCE' }, 'hold', 'NO_EVIDENCE'],
    ['scan', { absent: 'NO_EVIDENCE' }, 'hold', 'SCAN_MISSING'],
  ] as const)('that holds: %s', (item, value, verdict, code) => {
    const facts = passingFacts();
    Object.assign(facts.items, { [item]: value });
    const result = engine.evaluate(entrypoints.rollout, facts);
    expect([result.verdict, result.reasons.map((reason) => reason.code)]).toEqual([verdict, [code]]);
  });

  it('that holds: unknown samples', () => {
    const facts = passingFacts();
    windowOf(facts).canary.samples = { absent: 'SAMPLES_UNKNOWN' };
    expect(engine.evaluate(entrypoints.rollout, facts).reasons.map((reason) => reason.code)).toEqual(['SAMPLES_UNKNOWN']);
  });

  it('that takes back what it excused: a waived vulnerability whose waiver is gone', () => {
    const facts = { ...vulnerableFacts(), exceptions: [findingWaiver()] };
    const { verdict, warnings } = engine.evaluate(entrypoints.rollout, facts);
    expect([verdict, warnings.map((warning) => warning.code)]).toEqual(['pass', ['VULN_WAIVED']]);
    expect(engine.evaluate(entrypoints.rollout, { ...facts, exceptions: [] }).verdict).toBe('fail');
    const passes = mutationsOf(facts.exceptions[0]).filter((mutation) => verdictOf({ ...facts, exceptions: [mutation.facts] }) === 'pass');
    expect(passes.map((mutation) => mutation.name)).toEqual([]);
  });

  it('that is noted: no stable version to compare with', () => {
    const facts = passingFacts();
    windowOf(facts).stable = { absent: 'NO_STABLE' };
    const result = engine.evaluate(entrypoints.rollout, facts);
    expect([result.verdict, result.warnings.map((warning) => warning.code)]).toEqual(['pass', ['NO_BASELINE']]);
  });

  it('that never turns a fail into a pass while it leaves the breach: no window before makes it unconfirmed', () => {
    const facts = failingFacts();
    windowOf(facts).previous = { absent: 'NO_PREVIOUS' };
    expect(engine.evaluate(entrypoints.rollout, facts).verdict).toBe('hold');
  });
});

function tally(mutations: readonly Mutation[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(mutations, (mutation) => mutation.kind)).map(([kind, list]) => [kind, list.length]),
  );
}
