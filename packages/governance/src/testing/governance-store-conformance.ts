// The one suite that every governance store must pass. Framework-free: each case throws when the store is wrong.
import assert from 'node:assert/strict';
import type { Transactor } from '@promotable/contracts';
import type { ExceptionRecord } from '../exception-record.ts';
import type { ExceptionListQuery, ExceptionQuery, GovernanceStore } from '../server/governance-store.ts';

/** An empty store and what begins its transactions. */
export interface GovernanceStoreSubject {
  readonly store: GovernanceStore;
  readonly transactor: Transactor;
}

/** One promise of the port. */
export interface ConformanceCase {
  readonly title: string;
  run(subject: GovernanceStoreSubject): Promise<void>;
}

const start = Date.parse('2026-11-21T11:00:00.000Z');
const hour = 3_600_000;
const digestA = `sha256:${'a'.repeat(64)}`;
const digestB = `sha256:${'b'.repeat(64)}`;

function sample(id: string, changes: Partial<ExceptionRecord> = {}): ExceptionRecord {
  return {
    tenant: 'acme',
    id,
    kind: 'override',
    revision: 1,
    service: 'checkout',
    environment: 'production',
    stages: ['20'],
    digests: [digestA],
    codes: ['P95_OVER_BUDGET'],
    suite: null,
    rule: null,
    path: null,
    owner: null,
    reason: 'línea uno\nand "two"',
    mitigation: null,
    ticket: 'INC-1',
    author: null,
    offline: false,
    requestedBy: 'https://issuer.test#alice',
    requestedAt: start,
    issuedAt: start,
    expiresAt: start + hour,
    revokedAt: null,
    countersignedAt: null,
    acts: [{ type: 'override.created', actor: 'https://issuer.test#alice', at: start, role: null, note: null }],
    seals: {},
    bundle: null,
    idempotencyKey: null,
    requestDigest: 'f'.repeat(64),
    ...changes,
  };
}

const query: ExceptionQuery = {
  tenant: 'acme',
  service: 'checkout',
  environment: 'production',
  digests: [digestA],
  endedAfter: start,
  limit: 64,
};
const listQuery: ExceptionListQuery = { tenant: 'acme', services: null, environment: null, kind: null, aliveAt: null, limit: 50 };
const ids = (records: readonly ExceptionRecord[]): string[] => records.map(({ id }) => id);

async function insert({ store, transactor }: GovernanceStoreSubject, ...records: readonly ExceptionRecord[]): Promise<void> {
  for (const record of records) assert.equal(await transactor.transaction((tx) => store.insert(record, { tx })), true);
}

/** As a writer does it: what was not written is rolled back. */
async function attempt(
  { store, transactor }: GovernanceStoreSubject,
  method: 'insert' | 'replace',
  record: ExceptionRecord,
): Promise<boolean> {
  const lost = new Error('lost');
  try {
    return await transactor.transaction(async (tx) => {
      if (!(await store[method](record, { tx }))) throw lost;
      return true;
    });
  } catch (error) {
    if (error === lost) return false;
    throw error;
  }
}

/** Each case gets its own empty store. */
export const governanceStoreConformance: readonly ConformanceCase[] = [
  {
    title: 'gives back what was written, value for value, and nothing of another tenant',
    async run(subject) {
      const record = sample('A', { idempotencyKey: 'key-1' });
      await insert(subject, record);
      assert.deepEqual(await subject.store.record('acme', 'A'), record);
      assert.deepEqual(await subject.store.recordByKey('acme', 'key-1'), record);
      assert.equal(await subject.store.record('globex', 'A'), null);
      assert.equal(await subject.store.recordByKey('globex', 'key-1'), null);
      assert.deepEqual(await subject.store.issued({ ...query, tenant: 'globex' }), []);
      assert.deepEqual(await subject.store.list({ ...listQuery, tenant: 'globex' }), []);
      assert.equal(await subject.store.countAlive({ ...query, tenant: 'globex' }, start), 0);
    },
  },
  {
    title: 'takes an id and an idempotency key once per tenant, also of many writers at once',
    async run(subject) {
      const writers = Array.from({ length: 10 }, (_, index) =>
        attempt(subject, 'insert', sample(`id-${index}`, { idempotencyKey: 'key' })),
      );
      assert.equal((await Promise.all(writers)).filter(Boolean).length, 1);
      await insert(subject, sample('same'), sample('same', { tenant: 'globex', idempotencyKey: 'key' }));
      assert.equal(await attempt(subject, 'insert', sample('same')), false);
    },
  },
  {
    title: 'lets one of many writers of a revision win, and none that skips one',
    async run(subject) {
      await insert(subject, sample('A'));
      const writers = Array.from({ length: 10 }, (_, index) =>
        attempt(subject, 'replace', sample('A', { revision: 2, ticket: `INC-${index}` })),
      );
      assert.equal((await Promise.all(writers)).filter(Boolean).length, 1);
      assert.equal(await attempt(subject, 'replace', sample('A', { revision: 4 })), false);
      assert.equal(await attempt(subject, 'replace', sample('B', { revision: 2 })), false);
      assert.equal((await subject.store.record('acme', 'A'))?.revision, 2);
    },
  },
  {
    title: 'writes nothing where the transaction is rolled back',
    async run({ store, transactor }) {
      const failed = transactor.transaction(async (tx) => {
        await store.insert(sample('A'), { tx });
        throw new Error('undone');
      });
      await assert.rejects(failed, /undone/);
      assert.equal(await store.record('acme', 'A'), null);
    },
  },
  {
    title: 'tells a gate what is issued here for its digests and has not ended, the one that ends last first',
    async run(subject) {
      await insert(
        subject,
        sample('short', { expiresAt: start + 1 }),
        sample('long', { expiresAt: start + 2 * hour, digests: [digestA, digestB] }),
        sample('revoked', { revokedAt: start + 2 }),
        sample('ended', { expiresAt: start }),
        sample('requested', { issuedAt: null }),
        sample('elsewhere', { environment: 'staging' }),
        sample('other', { service: 'cart' }),
        sample('not-mine', { digests: [digestB] }),
      );
      assert.deepEqual(ids(await subject.store.issued(query)), ['long', 'revoked', 'short']);
      assert.deepEqual(ids(await subject.store.issued({ ...query, limit: 1 })), ['long']);
      assert.deepEqual(await subject.store.issued({ ...query, digests: [] }), []);
    },
  },
  {
    title: 'tells of break-glass that nobody countersigned first, whatever its digests and however long ago it ended',
    async run(subject) {
      const glass = { kind: 'break_glass', digests: [digestB] } as const;
      await insert(
        subject,
        sample('override'),
        sample('late', { ...glass, issuedAt: start - hour, expiresAt: start - 1 }),
        sample('early', { ...glass, issuedAt: start - 2 * hour, expiresAt: start - 1, revokedAt: start - 2 }),
        sample('signed', { ...glass, countersignedAt: start }),
        sample('elsewhere', { ...glass, environment: 'staging' }),
      );
      assert.deepEqual(ids(await subject.store.issued(query)), ['early', 'late', 'override']);
      const record = await subject.store.record('acme', 'early');
      assert.ok(record);
      assert.equal(await attempt(subject, 'replace', { ...record, revision: 2, countersignedAt: start }), true);
      assert.deepEqual(ids(await subject.store.issued(query)), ['late', 'override']);
    },
  },
  {
    title: 'counts what waits or is in force',
    async run(subject) {
      await insert(
        subject,
        sample('A'),
        sample('B', { issuedAt: null }),
        sample('C', { revokedAt: start }),
        sample('D', { expiresAt: start }),
        sample('E', { service: 'cart' }),
      );
      assert.equal(await subject.store.countAlive(query, start), 2);
    },
  },
  {
    title: 'lists by tenant, service, environment, kind and life, the latest request first',
    async run(subject) {
      await insert(
        subject,
        sample('A', { requestedAt: start }),
        sample('B', { requestedAt: start + 1, service: 'cart', kind: 'waiver' }),
        sample('C', { requestedAt: start + 2, environment: 'staging', expiresAt: start + 3 }),
      );
      const list = async (changes: Partial<ExceptionListQuery>): Promise<string[]> =>
        ids(await subject.store.list({ ...listQuery, ...changes }));
      assert.deepEqual(await list({}), ['C', 'B', 'A']);
      assert.deepEqual(await list({ limit: 2 }), ['C', 'B']);
      assert.deepEqual(await list({ services: ['cart', 'none'] }), ['B']);
      assert.deepEqual(await list({ services: [] }), []);
      assert.deepEqual(await list({ environment: 'staging' }), ['C']);
      assert.deepEqual(await list({ kind: 'waiver' }), ['B']);
      assert.deepEqual(await list({ aliveAt: start + 3 }), ['B', 'A']);
    },
  },
  {
    title: 'keeps texts and salts as long as the record has them, and no longer',
    async run(subject) {
      const seals = { reason: { sha256: 'a'.repeat(64), salt: 'salt-1' }, ticket: { sha256: 'b'.repeat(64), salt: 'salt-2' } };
      const record = sample('A', { seals, idempotencyKey: 'key-1' });
      await insert(subject, record);
      for (const found of [
        await subject.store.record('acme', 'A'),
        await subject.store.recordByKey('acme', 'key-1'),
        (await subject.store.list(listQuery))[0],
        (await subject.store.page('acme', null, 1))[0],
      ])
        assert.deepEqual(found, record);
      const erased = {
        ...record,
        revision: 2,
        reason: '[erased]',
        seals: { ...seals, reason: { ...seals.reason, salt: null } },
        acts: [...record.acts, { type: 'override.revoked' as const, actor: 'bob', at: start, role: null, note: 'late' }],
      };
      const noted = { ...erased, seals: { ...erased.seals, 'note/1': { sha256: 'c'.repeat(64), salt: 'salt-3' } } };
      assert.equal(await attempt(subject, 'replace', noted), true);
      assert.deepEqual(await subject.store.record('acme', 'A'), noted);
      assert.equal((await subject.store.issued(query))[0]?.seals['reason']?.sha256, 'a'.repeat(64));
    },
  },
  {
    title: 'turns its pages by id, within the tenant',
    async run(subject) {
      await insert(subject, sample('C'), sample('A'), sample('B'), sample('AA', { tenant: 'globex' }));
      assert.deepEqual(ids(await subject.store.page('acme', null, 2)), ['A', 'B']);
      assert.deepEqual(ids(await subject.store.page('acme', 'B', 2)), ['C']);
      assert.deepEqual(ids(await subject.store.page('acme', 'C', 2)), []);
    },
  },
];
