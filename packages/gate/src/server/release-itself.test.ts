// Functions and SaaS: no artifact to name, so evidence is bound to the release itself. Facts → real policy, with a layer that requires no digest.
import { digestOf } from '@promotable/attest';
import type { ItemStanding, ReleaseEvidence } from '@promotable/contracts';
import { loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadedPolicy, type LoadedPolicy } from '../server.ts';
import { builtRelease, standing, windowRecord } from '../testing/evidence.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, codes, minute } from '../testing/scenes.ts';
import { createWorld, digestA, startOfTime, type World } from '../testing/world.ts';

replaysEveryDecision();

const question = { service: 'mailer', releaseId: 'A', environment: 'production', stage: '20', digests: [] as string[] };
const identity = `sha256:${digestOf({ tenant: 'acme', service: 'mailer', releaseId: 'A' })}`;
let policy: LoadedPolicy;
let world: World;

beforeAll(async () => {
  const layer = loadPolicy({
    production: true,
    overrides: [{ level: 'service', name: 'mailer', values: { requireDigest: false }, bounds: {} }],
  });
  policy = loadedPolicy(layer, await createWasmEngine(layer));
});
beforeEach(async () => {
  world = await createWorld({ policy });
});

/** As the evidence store tells it: what is bound to no artifact counts for the release itself. */
function boundTo<Value>(covered: string, found: ItemStanding<Value>): ItemStanding<Value> {
  return { ...found, counting: { ...found.counting, digests: [] }, countsFor: [covered] };
}

function evidenceFor(covered: string, digests: readonly string[] = []): ReleaseEvidence {
  const built = builtRelease({ until: startOfTime - minute, digests });
  const slo = windowRecord({ until: world.clock.now() - 1000, digests, podTemplateHash: null });
  return {
    ...built,
    sbom: built.sbom.map((found) => boundTo(covered, found)),
    tests: built.tests.map((found) => boundTo(covered, found)),
    scan: built.scan.map((found) => boundTo(covered, found)),
    slo: boundTo(covered, standing(slo)),
  };
}

async function answered(asked: typeof question, covered: string, digests?: readonly string[]): Promise<[string, string[]]> {
  await ask(world, asked);
  world.clock.advance(7 * minute);
  world.setEvidence(asked, evidenceFor(covered, digests));
  const answer = await ask(world, asked);
  return [answer.verdict, codes(answer)];
}

describe('a service of which no digest is required', () => {
  it('passes on evidence bound to the release itself', async () => {
    expect(await answered(question, identity)).toEqual(['pass', []]);
    expect(world.events.at(-1)?.decision).toMatchObject({
      verdict: 'pass',
      digests: [],
      evidence: [expect.any(String), expect.any(String)],
    });
  });

  it.each([
    ['another tenant', { tenant: 'globex', service: 'mailer', releaseId: 'A' }],
    ['another service', { tenant: 'acme', service: 'checkout', releaseId: 'A' }],
    ['another release', { tenant: 'acme', service: 'mailer', releaseId: 'B' }],
  ])('holds on evidence bound to the release of %s', async (_, other) => {
    expect(await answered(question, `sha256:${digestOf(other)}`)).toEqual(['hold', ['NO_EVIDENCE', 'SCAN_MISSING']]);
  });

  it('holds on evidence bound to an artifact that nobody names', async () => {
    expect(await answered(question, digestA, [digestA])).toEqual(['hold', ['NO_EVIDENCE', 'SCAN_MISSING']]);
  });

  it('has a digest that is sent checked all the same', async () => {
    expect(await answered({ ...question, digests: [digestA] }, identity)).toEqual(['hold', ['NO_EVIDENCE']]);
    expect(await answered({ ...question, releaseId: 'A', digests: [digestA] }, identity, [`sha256:${'c'.repeat(64)}`])).toEqual([
      'fail',
      ['DIGEST_MISMATCH'],
    ]);
    expect((await answered({ ...question, digests: [identity] }, identity))[0]).toBe('hold');
  });
});

describe('a service whose digests are required', () => {
  it('is never answered by evidence bound to the release itself', async () => {
    const asked = { ...question, service: 'checkout' };
    const own = `sha256:${digestOf({ tenant: 'acme', service: 'checkout', releaseId: 'A' })}`;
    expect(await answered(asked, own)).toEqual(['hold', ['DIGEST_MISSING']]);
    expect(await answered({ ...asked, digests: [digestA] }, own, [digestA])).toEqual(['hold', ['NO_EVIDENCE', 'SCAN_MISSING']]);
  });
});
