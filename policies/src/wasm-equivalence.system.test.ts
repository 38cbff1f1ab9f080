// Done-when: the committed WASM answers as OPA itself does, on facts at random and on facts broken at random.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalize } from '@promotable/attest';
import type { PolicyResult } from '@promotable/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { opa } from '../scripts/opa.ts';
import { rolloutFacts } from './facts.arbitrary.ts';
import { entrypoints, loadPolicy } from './index.ts';
import { mutationsOf } from './mutation.fixture.ts';
import { createWasmEngine } from './wasm.ts';

const seed = 20_261_121;

it('answers like native OPA on 1000 generated facts', async () => {
  const policy = loadPolicy({ production: true });
  const engine = await createWasmEngine(policy);
  const whole = fc.sample(rolloutFacts, { numRuns: 800, seed });
  const broken = fc.sample(rolloutFacts, { numRuns: 200, seed: seed + 1 }).map((facts, index) => {
    const mutations = mutationsOf(facts);
    return mutations[(index * 7919) % mutations.length]?.facts;
  });
  const cases = [...whole, ...broken];
  const native = await evaluateNatively(policy.data, cases);
  const verdicts: Record<string, number> = {};
  cases.forEach((facts, index) => {
    const result = engine.evaluate(entrypoints.rollout, facts);
    verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
    expect(canonicalize(result), JSON.stringify(facts)).toBe(canonicalize(native[index]));
  });
  process.stdout.write(`wasm = opa eval on ${cases.length} facts: ${JSON.stringify(verdicts)}\n`);
  expect(cases).toHaveLength(1000);
  expect(Object.keys(verdicts).sort()).toEqual(['fail', 'hold', 'pass']);
  // Native OPA takes half a minute of a busy machine.
}, 180_000);

/** One run of OPA over all cases. */
async function evaluateNatively(data: unknown, cases: readonly unknown[]): Promise<PolicyResult[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'policies-native-'));
  try {
    const [dataFile, inputFile] = [join(scratch, 'data.json'), join(scratch, 'input.json')];
    writeFileSync(dataFile, JSON.stringify(data));
    writeFileSync(inputFile, JSON.stringify(cases));
    const query = '[decision | some facts in input; decision := data.promotable.rollout.decision with input as facts]';
    const root = join(import.meta.dirname, '..');
    const answer = JSON.parse(
      await opa(['eval', '--data', 'rego', '--data', dataFile, '--input', inputFile, '--format', 'json', query], root),
    ) as { result: [{ expressions: [{ value: PolicyResult[] }] }] };
    return answer.result[0].expressions[0].value;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
