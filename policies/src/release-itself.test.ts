// Where no digest is required (functions, SaaS), evidence is bound to the release itself; it never answers for an artifact.
import type { RolloutFacts } from '@promotable/contracts';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestA, digestB, exceptionFact, identity, passingFacts } from './facts.fixture.ts';
import { entrypoints, loadPolicy, type PolicyEngine } from './index.ts';
import { mutationsOf } from './mutation.fixture.ts';
import { createWasmEngine } from './wasm.ts';

let required: PolicyEngine;
let optional: PolicyEngine;
beforeAll(async () => {
  const overrides = [{ level: 'service' as const, name: 'checkout', values: { requireDigest: false }, bounds: {} }];
  required = await createWasmEngine(loadPolicy({ production: true }));
  optional = await createWasmEngine(loadPolicy({ production: true, overrides }));
});

const items = ['sbom', 'tests', 'scan', 'slo'] as const;
/** What a missing item is told by. */
const codes = { sbom: 'NO_EVIDENCE', tests: 'NO_EVIDENCE', scan: 'SCAN_MISSING', slo: 'NO_EVIDENCE' };
type Covered = Record<(typeof items)[number], readonly string[]>;

/** Good facts about a question, their records bound to what is given. */
function factsOf(asked: readonly string[], released: readonly string[], covered: Covered): RolloutFacts {
  const facts = passingFacts();
  facts.request.digests = [...asked];
  facts.release.digests = [...released];
  for (const item of ['sbom', 'tests', 'scan'] as const)
    facts.items[item] = (facts.items[item] as []).map((record: object) => ({ ...record, covers: [...covered[item]] })) as never;
  Object.assign(facts.items.slo, { covers: [...covered.slo] });
  return facts;
}

const all = (covers: readonly string[]): Covered => ({ sbom: covers, tests: covers, scan: covers, slo: covers });

function answer(engine: PolicyEngine, facts: unknown): [string, string[]] {
  const { verdict, reasons } = engine.evaluate(entrypoints.rollout, facts);
  return [verdict, reasons.map(({ code }) => code)];
}

describe('a question without digests', () => {
  it('passes where none is required and every item is bound to the release itself', () => {
    expect(answer(optional, factsOf([], [], all([identity])))).toEqual(['pass', []]);
    // A release that has artifacts besides.
    expect(answer(optional, factsOf([], [digestA], all([digestA, identity])))).toEqual(['pass', []]);
  });

  it('holds where digests are required', () => {
    expect(answer(required, factsOf([], [], all([identity])))).toEqual(['hold', ['DIGEST_MISSING']]);
  });

  it('holds while one item is bound to anything else', () => {
    for (const item of items)
      for (const other of [[], [digestA], [digestA, digestB]])
        expect([item, answer(optional, factsOf([], [digestA], { ...all([identity]), [item]: other }))]).toEqual([
          item,
          ['hold', [codes[item]]],
        ]);
  });

  it('is answered under no waiver and no override: those are made for digests', () => {
    const facts = factsOf([], [], { ...all([identity]), sbom: [] });
    facts.exceptions = [exceptionFact({ kind: 'override', codes: ['NO_EVIDENCE'], digests: [identity] })];
    expect(answer(optional, facts)).toEqual(['hold', ['NO_EVIDENCE']]);
  });

  it('does not pass by accident: facts broken in one place', () => {
    const held = factsOf([], [], { ...all([identity]), tests: [digestA] });
    const foreign = factsOf([digestB], [digestA], all([digestA]));
    const red = factsOf([], [], all([identity]));
    red.items.tests = (red.items.tests as []).map((record: object) => ({
      ...record,
      value: { total: 10, passed: 9, failed: 1, errors: 0, skipped: 0 },
    })) as never;
    for (const base of [held, foreign, red]) {
      expect(answer(optional, base)[0]).not.toBe('pass');
      const passes = mutationsOf(base).filter(({ facts }) => {
        try {
          return answer(optional, facts)[0] === 'pass';
        } catch {
          return false;
        }
      });
      expect(passes.map(({ name }) => name)).toEqual([]);
    }
  });
});

it('evidence bound to the release itself never answers a question with digests, required or not', () => {
  const digests = [digestA, digestB, identity];
  const subset = (minLength: number) => fc.subarray(digests, { minLength });
  fc.assert(
    fc.property(
      subset(1),
      fc.subarray([digestA, digestB]),
      fc.record({ sbom: subset(0), tests: subset(0), scan: subset(0), slo: subset(0) }),
      fc.constantFrom(...items),
      fc.boolean(),
      (asked, released, covered, bare, isRequired) => {
        const facts = factsOf(asked, released, { ...covered, [bare]: [identity] });
        expect(answer(isRequired ? required : optional, facts)[0]).not.toBe('pass');
      },
    ),
    { numRuns: 500 },
  );
});
