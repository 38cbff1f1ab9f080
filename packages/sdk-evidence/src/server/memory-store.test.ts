import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import type { Transaction } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { memoryEvidenceStore } from './memory-store.ts';
import type { NewEvidenceRecord } from './evidence-record.ts';
import { buildPredicate, releaseId, service } from './sample-evidence.ts';
import { evidenceStoreConformance } from './store-conformance.ts';

evidenceStoreConformance({ describe, it }, 'memory', async () => ({
  store: memoryEvidenceStore(),
  ledger: createMemoryLedger(),
  transactor: memoryTransactor(),
  close: async () => undefined,
}));

describe('the memory store', () => {
  const record = {
    tenant: 'acme',
    service,
    releaseId,
    statementDigest: 'd',
    idempotencyKey: 'd',
    signed: true,
    digests: [],
    predicate: buildPredicate(),
  } as unknown as NewEvidenceRecord;

  it('takes no transaction of a database, which would commit without it', async () => {
    const tx = { sql: { query: async () => ({ rows: [] }) }, onCommit: () => undefined } as unknown as Transaction;
    const appendEntry = async () => 1;
    await expect(memoryEvidenceStore().insert(record, { tx, mayRebuild: false, appendEntry })).rejects.toThrow(
      new TypeError('the memory store needs a memory transaction'),
    );
  });

  it('remembers at most a thousand refused statements of a release', async () => {
    const store = memoryEvidenceStore();
    const release = { tenant: 'acme', service, releaseId };
    for (let count = 0; count < 1002; count++) await store.rememberUntrusted(release, `digest ${count}`);
    expect((await store.releaseEvidence({ ...release, environment: 'production', stage: '20' })).untrusted).toBe(1000);
  });

  it('keeps a record as it was, whatever becomes of the object', async () => {
    const store = memoryEvidenceStore();
    const given = structuredClone(record);
    await memoryTransactor().transaction((tx) => store.insert(given, { tx, mayRebuild: false, appendEntry: async () => 1 }));
    (given as { service: string }).service = 'changed';
    expect(await store.records({ tenant: 'acme', service, releaseId }, 1)).toEqual([{ ...record, ingestSequence: 1 }]);
  });
});
