import { describe, expect, it } from 'vitest';
import { builtRelease } from '../testing/evidence.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, codes, measuredStage, minute } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, realPolicy, startOfTime } from '../testing/world.ts';

replaysEveryDecision();

const breach = { code: 'P95_OVER_BUDGET', class: 'breach', params: {} };
const missing = { code: 'STALE', class: 'missing_proof', params: {} };

const hostileAnswers: [string, () => unknown][] = [
  [
    'throws an error',
    () => {
      throw new Error('trap');
    },
  ],
  [
    'throws a string',
    () => {
      throw 'not implemented';
    },
  ],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['answers true', () => true],
  ['answers a list', () => [{ verdict: 'pass', reasons: [], warnings: [] }]],
  ['answers a verdict alone', () => ({ verdict: 'pass' })],
  ['answers an unknown verdict', () => ({ verdict: 'PASS', reasons: [], warnings: [] })],
  ['answers with an unknown field', () => ({ verdict: 'pass', reasons: [], warnings: [], allow: true })],
  ['answers with an unknown class', () => ({ verdict: 'pass', reasons: [{ ...breach, class: 'info' }], warnings: [] })],
  ['passes despite a breach', () => ({ verdict: 'pass', reasons: [breach], warnings: [] })],
  ['passes despite a missing proof', () => ({ verdict: 'pass', reasons: [missing], warnings: [] })],
  ['fails without a breach', () => ({ verdict: 'fail', reasons: [missing], warnings: [] })],
  ['holds without a reason', () => ({ verdict: 'hold', reasons: [], warnings: [] })],
  ['answers a promise', async () => ({ verdict: 'pass', reasons: [], warnings: [] })],
];

describe('a gate whose policy engine', () => {
  it.each(hostileAnswers)('%s holds, unsigned and on no record', async (_title, evaluate) => {
    const policy = { ...(await realPolicy()), evaluate };
    const world = await createWorld({ policy });
    await measuredStage(world);
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null, revision: null, bundle: null, retryAfterSeconds: 15 });
    expect(codes(answer)).toEqual(['POLICY_FAILED']);
    expect(world.events).toEqual([]);
  });
});

describe('a gate', () => {
  it('holds while evidence cannot be read, keeps what is on record, and heals by itself', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const passed = await ask(world);
    world.outage = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    const held = await ask(world);
    expect(held).toMatchObject({ verdict: 'hold', decisionId: null, bundle: null });
    expect(codes(held)).toEqual(['INTERNAL']);
    expect(JSON.stringify(held)).not.toContain('10.0.0.7');
    world.outage = null;
    expect((await ask(world)).decisionId).toBe(passed.decisionId);
  });

  it('holds for facts of an unknown shape and names the path', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const evidence = builtRelease({ until: startOfTime, digests: [digestA] });
    world.setEvidence(ask20, { ...evidence, untrusted: -1 });
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null });
    expect(answer.reasons).toMatchObject([{ code: 'UNKNOWN_SHAPE', params: { path: '/release/untrusted' } }]);
  });

  it('holds for facts above 256 kB', async () => {
    const world = await createWorld();
    const digests = Array.from({ length: 256 }, (_, index) => `sha256:${index.toString(16).padStart(64, '0')}`);
    const evidence = builtRelease({ until: startOfTime, digests });
    const [tests] = evidence.tests;
    if (tests === undefined) throw new Error('no tests');
    world.setEvidence(ask20, { ...evidence, tests: Array.from({ length: 20 }, () => tests) });
    const answer = await ask(world, { ...ask20, digests });
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null });
    expect(codes(answer)).toEqual(['POLICY_FAILED']);
  });

  it('holds when the ledger refuses, and leaves no decision behind', async () => {
    const world = await createWorld({
      ledger: {
        epoch: async () => '01890a5d-ac96-774b-bcce-b302099a8057',
        append: async () => {
          throw new Error('disk full');
        },
      },
    });
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null, bundle: null });
    expect(await world.store.decisions({ tenant: 'acme', service: 'checkout', releaseId: 'A', limit: 10 })).toEqual([]);
  });

  it('decides although a listener throws', async () => {
    const world = await createWorld();
    world.events.push = () => {
      throw new Error('slack is down');
    };
    expect(await ask(world)).toMatchObject({ verdict: 'hold', revision: 1 });
    world.clock.advance(minute);
  });
});
