// Done-when: every combination of breach, waivable breach, missing proof and exception gives the verdict of the algebra.
import type { ExceptionFact, RolloutFacts } from '@promotable/contracts';
import { beforeAll, expect, it } from 'vitest';
import { digestA, digestB, exceptionFact, passingFacts, windowOf } from './facts.fixture.ts';
import { entrypoints, loadPolicy, type PolicyEngine } from './index.ts';
import { createWasmEngine } from './wasm.ts';

let engine: PolicyEngine;
beforeAll(async () => {
  engine = await createWasmEngine(loadPolicy({ production: true }));
});

interface Ingredient {
  readonly code: string | null;
  /** What it does to the verdict, and which exceptions may turn it. */
  readonly kind: 'fail' | 'hold' | 'none';
  readonly turnedBy: readonly ExceptionFact['kind'][];
  readonly apply: (facts: RolloutFacts) => void;
}

const nothing: Ingredient = { code: null, kind: 'none', turnedBy: [], apply: () => undefined };

const breaches: readonly Ingredient[] = [
  nothing,
  {
    code: 'SBOM_EMPTY',
    kind: 'fail',
    turnedBy: ['override', 'break_glass'],
    apply: (facts) => setBuild(facts, 'sbom', { components: 0, componentsDigest: 'c'.repeat(64) }),
  },
  { code: 'DIGEST_MISMATCH', kind: 'fail', turnedBy: [], apply: (facts) => Object.assign(facts.request, { digests: [digestA, digestB] }) },
];

const waivable: readonly Ingredient[] = [
  nothing,
  {
    code: 'TESTS_FAILED',
    kind: 'fail',
    turnedBy: ['waiver', 'override', 'break_glass'],
    apply: (facts) => setBuild(facts, 'tests', { total: 10, passed: 9, failed: 1, errors: 0, skipped: 0 }),
  },
  {
    code: 'P95_OVER_BUDGET',
    kind: 'fail',
    turnedBy: ['waiver', 'override', 'break_glass'],
    apply: (facts) => {
      windowOf(facts).canary.p95Ms = 900;
      windowOf(facts).stable = { absent: 'NO_STABLE' };
    },
  },
];

const missing: readonly Ingredient[] = [
  nothing,
  {
    code: 'PENDING',
    kind: 'hold',
    turnedBy: ['override', 'break_glass'],
    apply: (facts) => Object.assign(windowOf(facts), { windowMs: 299_000, startOffsetMs: 271_000 }),
  },
  { code: 'SIGNER_REVOKED', kind: 'hold', turnedBy: [], apply: (facts) => Object.assign(firstOf(facts, 'sbom'), { signer: 'revoked' }) },
];

const both = { digests: [digestA, digestB] };
const ways: Readonly<
  Record<string, { readonly inForce: boolean; readonly make: (kind: ExceptionFact['kind'], codes: string[]) => ExceptionFact }>
> = {
  valid: { inForce: true, make: (kind, codes) => exceptionFact({ kind, codes, ...both }) },
  expired: { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, ...both, expiresInMs: 0 }) },
  'not yet begun': { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, ...both, activeForMs: -1 }) },
  'of another digest': { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, digests: [digestB] }) },
  'of another stage': { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, ...both, stages: ['50'] }) },
  'of another environment': { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, ...both, environment: 'staging' }) },
  unverified: { inForce: false, make: (kind, codes) => exceptionFact({ kind, codes, ...both, verified: false }) },
};

const every = [...breaches, ...waivable, ...missing].flatMap((ingredient) => ingredient.code ?? []);
const listings: Readonly<Record<string, (present: readonly string[]) => string[]>> = {
  'every code': () => every,
  'all but one present code': (present) => every.filter((code) => code !== present.at(-1)),
  'another code': () => ['STALE'],
};

/** The algebra of DESIGN §4.1, written down independently of the Rego. */
function expected(
  ingredients: readonly Ingredient[],
  exception: { kind: ExceptionFact['kind']; codes: readonly string[]; inForce: boolean } | null,
): { verdict: string; reasons: string[]; turned: string[] } {
  const isTurned = ({ code, turnedBy }: Ingredient) =>
    exception?.inForce === true && code !== null && exception.codes.includes(code) && turnedBy.includes(exception.kind);
  const present = ingredients.filter((ingredient) => ingredient.code !== null);
  const standing = present.filter((ingredient) => !isTurned(ingredient));
  const verdict = standing.some(({ kind }) => kind === 'fail') ? 'fail' : standing.length > 0 ? 'hold' : 'pass';
  return {
    verdict,
    reasons: standing.map(({ code }) => code ?? '').sort(),
    turned: present
      .filter(isTurned)
      .map(({ code }) => code ?? '')
      .sort(),
  };
}

it('gives the verdict of the algebra for every combination', () => {
  const verdicts: Record<string, number> = {};
  let rows = 0;
  for (const breach of breaches)
    for (const broken of waivable)
      for (const proof of missing) {
        const ingredients = [breach, broken, proof];
        const present = ingredients.flatMap(({ code }) => code ?? []);
        const exceptions = [
          null,
          ...(['waiver', 'override', 'break_glass'] as const).flatMap((kind) =>
            Object.values(ways).flatMap((way) =>
              Object.values(listings).map((list) => ({ kind, codes: list(present), inForce: way.inForce, make: way.make })),
            ),
          ),
        ];
        for (const exception of exceptions) {
          const facts = passingFacts();
          for (const { apply } of ingredients) apply(facts);
          if (exception !== null) facts.exceptions = [exception.make(exception.kind, exception.codes)];
          const result = engine.evaluate(entrypoints.rollout, facts);
          const turned = result.warnings.filter((warning) => warning.class !== 'note');
          expect({ verdict: result.verdict, reasons: codesOf(result.reasons), turned: codesOf(turned) }, JSON.stringify(facts)).toEqual(
            expected(ingredients, exception),
          );
          verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
          rows += 1;
        }
      }
  process.stdout.write(`algebra: ${rows} combinations, ${JSON.stringify(verdicts)}\n`);
  expect(rows).toBe(3 * 3 * 3 * (1 + 3 * 7 * 3));
});

function codesOf(reasons: readonly { code: string }[]): string[] {
  return reasons.map((reason) => reason.code);
}

function firstOf(facts: RolloutFacts, item: 'sbom' | 'tests') {
  const records = facts.items[item];
  if (!Array.isArray(records) || records[0] === undefined) throw new Error(`these facts have no ${item}`);
  return records[0];
}

function setBuild(facts: RolloutFacts, item: 'sbom' | 'tests', value: unknown): void {
  Object.assign(firstOf(facts, item), { value });
}
