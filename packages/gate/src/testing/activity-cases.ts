// What every gate store must answer when asked which releases were decided about last.
import assert from 'node:assert/strict';
import type { DecisionActivityQuery } from '../server/gate-store.ts';
import { type ConformanceCase, entry, type EntryOptions, type GateStoreSubject, policy, record } from './decision-samples.ts';

const everything: DecisionActivityQuery = {
  tenant: 'acme',
  services: null,
  search: null,
  among: null,
  environment: null,
  verdict: null,
  before: null,
  limit: 10,
};

const at = (second: number) => `2026-11-21T11:00:0${second}.000Z`;

async function recordAll(subject: GateStoreSubject, entries: readonly (readonly [number, EntryOptions])[]): Promise<void> {
  await subject.store.keepPolicy(policy);
  for (const [revision, options] of entries) assert.equal(await record(subject, entry(revision, options)), true);
}

/** A passed 20 % and then failed 50 %; B is held at 20 % of staging and was before in production; C passed. */
const story: readonly (readonly [number, EntryOptions])[] = [
  [1, { asked: { releaseId: 'A', stage: '20' }, verdict: 'hold', evaluatedAt: at(1) }],
  [2, { asked: { releaseId: 'A', stage: '20' }, verdict: 'pass', evaluatedAt: at(2) }],
  [1, { asked: { releaseId: 'B' }, verdict: 'pass', evaluatedAt: at(3) }],
  [1, { asked: { releaseId: 'A', stage: '50' }, verdict: 'fail', evaluatedAt: at(5) }],
  [1, { asked: { releaseId: 'B', environment: 'staging' }, verdict: 'hold', heldSince: 7, evaluatedAt: at(4) }],
  [1, { asked: { releaseId: 'C', service: 'search' }, verdict: 'pass', evaluatedAt: at(4) }],
  [1, { asked: { releaseId: 'A', tenant: 'globex' }, verdict: 'pass', evaluatedAt: at(9) }],
];

export const activityCases: readonly ConformanceCase[] = [
  {
    title: 'lists releases once each, the latest decision first, page by page, of one tenant',
    async run(subject) {
      await recordAll(subject, story);
      const all = await subject.store.activity(everything);
      assert.deepEqual(all, [
        { service: 'checkout', releaseId: 'A', at: Date.parse(at(5)) },
        { service: 'search', releaseId: 'C', at: Date.parse(at(4)) },
        { service: 'checkout', releaseId: 'B', at: Date.parse(at(4)) },
      ]);
      assert.deepEqual(await subject.store.activity({ ...everything, limit: 2 }), all.slice(0, 2));
      assert.deepEqual(await subject.store.activity({ ...everything, before: all[1] ?? null }), all.slice(2));
      assert.deepEqual(await subject.store.activity({ ...everything, before: all[2] ?? null }), []);
    },
  },
  {
    title: 'finds releases by the last verdict of a stage, environment, service, part of the id and name',
    async run(subject) {
      await recordAll(subject, story);
      const ids = async (query: Partial<DecisionActivityQuery>) =>
        (await subject.store.activity({ ...everything, ...query })).map(({ releaseId }) => releaseId);
      assert.deepEqual(await ids({ verdict: 'pass' }), ['A', 'C', 'B']);
      assert.deepEqual(await ids({ verdict: 'fail' }), ['A']);
      assert.deepEqual(await ids({ verdict: 'hold' }), ['B']);
      assert.deepEqual(await ids({ verdict: 'hold', environment: 'production' }), []);
      assert.deepEqual(await ids({ environment: 'staging' }), ['B']);
      assert.deepEqual(await ids({ services: ['search', 'other'] }), ['C']);
      assert.deepEqual(await ids({ services: [] }), []);
      assert.deepEqual(await ids({ search: 'a' }), ['A']);
      assert.deepEqual(await ids({ search: '_' }), []);
      assert.deepEqual(await ids({ among: [{ service: 'checkout', releaseId: 'B' }] }), ['B']);
      assert.deepEqual(await ids({ among: [] }), []);
    },
  },
  {
    title: 'tells the last decision at every stage of every environment',
    async run(subject) {
      await recordAll(subject, story);
      const latest = await subject.store.latestDecisions('acme', [
        { service: 'checkout', releaseId: 'A' },
        { service: 'checkout', releaseId: 'B' },
      ]);
      assert.deepEqual(
        latest.map(({ decision: { subject: of, verdict }, heldSince }) => [of.releaseId, of.environment, of.stage, verdict, heldSince]),
        [
          ['A', 'production', '20', 'pass', null],
          ['A', 'production', '50', 'fail', null],
          ['B', 'production', '20', 'pass', null],
          ['B', 'staging', '20', 'hold', 7],
        ],
      );
      assert.deepEqual(await subject.store.latestDecisions('globex', [{ service: 'checkout', releaseId: 'B' }]), []);
      assert.deepEqual(await subject.store.latestDecisions('acme', []), []);
    },
  },
];
