// The one suite that every gate store must pass. Framework-free: each case throws when the store is wrong.
import assert from 'node:assert/strict';
import type { ResolvedQuestion } from '../gate-question.ts';
import { emptyStanding } from '../server/standing.ts';
import { activityCases } from './activity-cases.ts';
import { type ConformanceCase, entry, policy, question, record, recordedOf } from './decision-samples.ts';

/** Each case gets its own empty store. */
export const gateStoreConformance: readonly ConformanceCase[] = [
  {
    title: 'starts a stage once, however often and by however many it is asked',
    async run({ store }) {
      const starts = await Promise.all([1000, 2000, 3000, 4000].map((at) => store.startStage(question, at)));
      assert.equal(new Set(starts).size, 1);
      assert.equal(await store.startStage(question, 9000), starts[0]);
      assert.equal(await store.stageStart(question), starts[0]);
      assert.equal(await store.stageStart({ ...question, podTemplateHash: 'other' }), null);
    },
  },
  {
    title: 'starts a stage anew for another stage, pod template, release, environment, service and tenant',
    async run({ store }) {
      await store.startStage(question, 1000);
      const others: Partial<ResolvedQuestion>[] = [
        { stage: '50' },
        { podTemplateHash: 'other' },
        { podTemplateHash: null },
        { releaseId: 'B' },
        { environment: 'staging' },
        { service: 'cart' },
        { tenant: 'globex' },
        { shadow: true },
      ];
      for (const other of others) assert.equal(await store.startStage({ ...question, ...other }, 5000), 5000, JSON.stringify(other));
    },
  },
  {
    title: 'knows nothing at first',
    async run({ store }) {
      assert.deepEqual(await store.readSubject(question), { revision: 0, recorded: null });
      assert.deepEqual(await store.readStanding(question), { revision: 0, standing: emptyStanding });
      assert.equal(await store.decision('acme', '00000000-0000-4000-8000-000000000000'), null);
      assert.equal(await store.activePolicy(), null);
    },
  },
  {
    title: 'gives back what was recorded, value for value',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const item = entry(1, { heldSince: 1_700_000_000_123 });
      assert.equal(await record(subject, item), true);
      assert.deepEqual(await subject.store.readSubject(question), { revision: 1, recorded: recordedOf(item) });
      assert.deepEqual(await subject.store.decision('acme', item.decision.id), recordedOf(item));
    },
  },
  {
    title: 'lets one of many writers of a revision win',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const items = Array.from({ length: 20 }, () => entry(1));
      const won = await Promise.all(items.map((item) => record(subject, item)));
      assert.equal(won.filter(Boolean).length, 1);
      const { revision, recorded } = await subject.store.readSubject(question);
      assert.equal(revision, 1);
      assert.equal(recorded?.decision.id, items[won.indexOf(true)]?.decision.id);
    },
  },
  {
    title: 'refuses a revision that does not follow the latest one',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      assert.equal(await record(subject, entry(2)), false);
      assert.equal(await record(subject, entry(1)), true);
      assert.equal(await record(subject, entry(1)), false);
      assert.equal(await record(subject, entry(3)), false);
      assert.equal(await record(subject, entry(2)), true);
    },
  },
  {
    title: 'keeps nothing of a transaction that is rolled back',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const standing = { revision: 1, standing: emptyStanding };
      const failed = subject.transactor.transaction(async (tx) => {
        await subject.store.record(entry(1, { standing }), { tx });
        throw new Error('the ledger refuses');
      });
      await assert.rejects(failed, /the ledger refuses/);
      assert.deepEqual(await subject.store.readSubject(question), { revision: 0, recorded: null });
      assert.equal((await subject.store.readStanding(question)).revision, 0);
    },
  },
  {
    title: 'keeps one answer per question of a subject and one count of revisions',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const other = { podTemplateHash: 'another' };
      await record(subject, entry(1));
      await record(subject, entry(2, { asked: other }));
      const [first, second] = [await subject.store.readSubject(question), await subject.store.readSubject({ ...question, ...other })];
      assert.deepEqual([first.revision, first.recorded?.decision.revision], [2, 1]);
      assert.deepEqual([second.revision, second.recorded?.decision.revision], [2, 2]);
    },
  },
  {
    title: 'shows no tenant the decisions, standings or releases of another',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const mine = entry(1, { verdict: 'pass', standing: { revision: 1, standing: emptyStanding } });
      await record(subject, mine);
      const foreign = { ...question, tenant: 'globex' };
      const { store } = subject;
      assert.deepEqual(await store.readSubject(foreign), { revision: 0, recorded: null });
      assert.equal((await store.readStanding(foreign)).revision, 0);
      assert.equal(await store.decision('globex', mine.decision.id), null);
      assert.equal(await store.passBefore('globex', mine.decision.id), null);
      assert.deepEqual(await store.decisions({ tenant: 'globex', service: 'checkout', releaseId: 'A', limit: 10 }), []);
    },
  },
  {
    title: 'writes a standing only over the revision it was computed from, and the decision with it or not at all',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const standing = { current: { releaseId: 'A', digests: question.digests, rollbackUntil: null }, known: [], onTheWay: [] };
      assert.equal(await record(subject, entry(1, { standing: { revision: 1, standing } })), true);
      assert.equal(
        await record(subject, entry(1, { asked: { releaseId: 'B' }, standing: { revision: 1, standing: emptyStanding } })),
        false,
      );
      assert.deepEqual(await subject.store.readStanding(question), { revision: 1, standing });
      assert.equal((await subject.store.readSubject({ ...question, releaseId: 'B' })).revision, 0);
      assert.equal(
        await record(subject, entry(1, { asked: { releaseId: 'B' }, standing: { revision: 2, standing: emptyStanding } })),
        true,
      );
      assert.deepEqual(await subject.store.readStanding(question), { revision: 2, standing: emptyStanding });
    },
  },
  {
    title: 'lists the decisions of a release, latest first, up to a limit',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const items = [entry(1), entry(1, { asked: { stage: '50' } }), entry(2)];
      for (const item of items) await record(subject, item);
      await record(subject, entry(1, { asked: { releaseId: 'B' } }));
      const listed = await subject.store.decisions({ tenant: 'acme', service: 'checkout', releaseId: 'A', limit: 2 });
      assert.deepEqual(
        listed.map(({ decision }) => decision.id),
        [items[2]?.decision.id, items[1]?.decision.id],
      );
    },
  },
  {
    title: 'finds the last pass of any release at the same stage and environment before a decision',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const [older, pass] = [
        entry(1, { asked: { releaseId: 'A' }, verdict: 'pass' }),
        entry(1, { asked: { releaseId: 'B' }, verdict: 'pass' }),
      ];
      const [elsewhere, here, later] = [
        entry(1, { asked: { releaseId: 'B', stage: '50' }, verdict: 'pass' }),
        entry(1, { asked: { releaseId: 'C' }, verdict: 'fail' }),
        entry(1, { asked: { releaseId: 'D' }, verdict: 'pass' }),
      ];
      for (const item of [older, pass, elsewhere, here, later]) await record(subject, item);
      assert.equal((await subject.store.passBefore('acme', here.decision.id))?.decision.id, pass.decision.id);
      assert.equal((await subject.store.passBefore('acme', pass.decision.id))?.decision.id, older.decision.id);
      assert.equal(await subject.store.passBefore('acme', older.decision.id), null);
    },
  },
  {
    title:
      'keeps what was asked in shadow apart: it is listed, and neither the answer of the enforced question, nor a last pass, nor the last decision',
    async run(subject) {
      await subject.store.keepPolicy(policy);
      const [enforced, shadow] = [entry(1, { verdict: 'fail' }), entry(2, { verdict: 'pass', asked: { shadow: true } })];
      const later = entry(3, { verdict: 'hold' });
      for (const item of [enforced, shadow]) await record(subject, item);
      const { store } = subject;
      assert.equal((await store.readSubject(question)).recorded?.decision.id, enforced.decision.id);
      assert.equal((await store.readSubject({ ...question, shadow: true })).recorded?.decision.id, shadow.decision.id);
      const latest = await store.latestDecisions('acme', [question]);
      assert.deepEqual(
        latest.map(({ decision }) => decision.id),
        [enforced.decision.id],
      );
      await record(subject, later);
      assert.equal(await store.passBefore('acme', later.decision.id), null);
      const listed = await store.decisions({ tenant: 'acme', service: 'checkout', releaseId: 'A', limit: 9 });
      assert.deepEqual(
        listed.map(({ decision }) => decision.mode),
        ['enforced', 'shadow', 'enforced'],
      );
    },
  },
  {
    title: 'keeps one signed list of proven digests per environment, each revision written once and after the one before',
    async run({ store }) {
      const { bundle } = entry(1);
      const list = (revision: number) => ({ revision, fingerprint: String(revision).repeat(64), issuedAt: 1_700_000_000_000, bundle });
      assert.equal(await store.provenList(question), null);
      assert.equal(await store.recordProvenList(question, list(2)), false);
      const won = await Promise.all([1, 1, 1, 1].map(() => store.recordProvenList(question, list(1))));
      assert.equal(won.filter(Boolean).length, 1);
      assert.deepEqual(await store.provenList(question), list(1));
      assert.deepEqual([await store.recordProvenList(question, list(3)), await store.recordProvenList(question, list(2))], [false, true]);
      assert.deepEqual(await store.provenList(question), list(2));
      for (const other of [{ tenant: 'globex' }, { service: 'cart' }, { environment: 'staging' }])
        assert.equal(await store.provenList({ ...question, ...other }), null);
    },
  },
  {
    title: 'keeps policies by digest, byte for byte, and counts activations',
    async run({ store }) {
      await assert.rejects(store.activatePolicy(policy.digest), { code: 'POLICY_NOT_LOADED' });
      await store.keepPolicy(policy);
      await store.keepPolicy({ ...policy, layer: 'ignored: the digest is known' });
      await store.keepPolicy({ ...policy, digest: 'a'.repeat(64) });
      assert.deepEqual(await store.policy(policy.digest), policy);
      assert.equal(await store.policy('b'.repeat(64)), null);
      assert.deepEqual(await store.activatePolicy(policy.digest), { digest: policy.digest, revision: 1 });
      assert.deepEqual(await store.activatePolicy(policy.digest), { digest: policy.digest, revision: 1 });
      assert.deepEqual(await store.activatePolicy('a'.repeat(64)), { digest: 'a'.repeat(64), revision: 2 });
      assert.deepEqual(await store.activePolicy(), { digest: 'a'.repeat(64), revision: 2 });
    },
  },
  ...activityCases,
];
