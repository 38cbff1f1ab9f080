import { memoryTransactor, createMemoryLedger } from '@promotable/ledger';
import { describe, expect, it } from 'vitest';
import { memoryEvidenceStore } from './memory-store.ts';
import { createEvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';
import { noticeLifetimeMs } from './spool-notice.ts';

function desk() {
  const store = memoryEvidenceStore();
  const clock = sample.fixedClock();
  const trust = () => sample.trustOf(sample.trustedKey);
  const receiver = createEvidenceReceiver({ store, transactor: memoryTransactor(), ledger: createMemoryLedger(), trust, clock });
  const release = { tenant: 'acme', service: sample.service, releaseId: sample.releaseId };
  const spooled = async () => (await store.releaseEvidence({ ...release, environment: 'production', stage: '20' })).spooledUntil;
  return { receiver, clock, spooled };
}

const notice = { service: sample.service, releaseId: sample.releaseId, statementDigest: 'd'.repeat(64) };

describe('the notice of a publisher that holds a statement back', () => {
  it('counts for a week', async () => {
    const { receiver, clock, spooled } = desk();
    expect(await receiver.noticeSpooled(sample.principal(), notice)).toEqual({
      statementDigest: notice.statementDigest,
      expiresAt: new Date(clock.now() + noticeLifetimeMs).toISOString(),
    });
    expect(noticeLifetimeMs).toBe(604_800_000);
    expect(await spooled()).toEqual([clock.now() + noticeLifetimeMs]);
  });

  it('is of no use once the statement is on record', async () => {
    const { receiver, spooled } = desk();
    const { id } = await receiver.receive(sample.principal(), sample.inputOf(await sample.sign(sample.buildPredicate())));
    expect(await receiver.noticeSpooled(sample.principal(), { ...notice, statementDigest: id })).toEqual({
      statementDigest: id,
      expiresAt: null,
    });
    expect(await spooled()).toEqual([]);
  });

  it('is taken from those alone who may publish it', async () => {
    const { receiver, spooled } = desk();
    const refused = { code: 'FORBIDDEN' };
    await expect(receiver.noticeSpooled(sample.principal({ scopes: ['evidence:read'] }), notice)).rejects.toMatchObject(refused);
    await expect(receiver.noticeSpooled(sample.principal({ services: ['another'] }), notice)).rejects.toMatchObject(refused);
    await expect(receiver.noticeSpooled(sample.principal(), { ...notice, tenant: 'globex' })).rejects.toMatchObject(refused);
    expect(await spooled()).toEqual([]);
  });

  it('is refused with every fault', async () => {
    await expect(desk().receiver.noticeSpooled(sample.principal(), { service: '', statementDigest: 'abc' })).rejects.toMatchObject({
      code: 'EVIDENCE_INVALID',
      faults: ['/service', '/releaseId', '/statementDigest'].map((path) => expect.objectContaining({ path })),
    });
  });
});
