import { createMemoryLedger, createSequencer, memoryTransactor } from '@promotable/ledger';
import { localSigner } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { type EvidenceContext, evidenceModule } from './evidence-module.ts';
import { memoryEvidenceStore } from './memory-store.ts';
import { createEvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';

function moduleOf() {
  const store = memoryEvidenceStore();
  const ledger = createMemoryLedger();
  const receiver = createEvidenceReceiver({
    store,
    ledger,
    transactor: memoryTransactor(),
    clock: sample.fixedClock(),
    trust: () => sample.trustOf(sample.trustedKey),
  });
  return { ledger, module: evidenceModule({ receiver, store, ledger }) };
}

function contextOf(changes?: Parameters<typeof sample.principal>[0]): EvidenceContext & { noted: string[] } {
  const noted: string[] = [];
  return { principal: sample.principal(changes), setProvenanceId: (id) => noted.push(id), noted };
}

const asked = { service: sample.service, releaseId: sample.releaseId };

describe('the GraphQL fields of evidence', () => {
  it('publish, note the statement for the log, and list it', async () => {
    const { module } = moduleOf();
    const context = contextOf();
    const published = await module.resolvers.Mutation.publishEvidence(
      null,
      { input: sample.inputOf(await sample.sign(sample.buildPredicate())) },
      context,
    );
    expect(context.noted).toEqual([published.id]);
    expect(await module.resolvers.Query.releaseEvidence(null, asked, contextOf())).toEqual([published]);
  });

  it('tell the position of a record once it is sealed, and are not kept before that', async () => {
    const { module, ledger } = moduleOf();
    const publish = async (predicate: object) =>
      module.resolvers.Mutation.publishEvidence(null, { input: sample.inputOf(await sample.sign(predicate)) }, contextOf());
    const positions = async () =>
      (await module.resolvers.Query.releaseEvidence(null, asked, contextOf())).map(({ receipt }) => receipt.ledgerPosition);
    expect((await publish(sample.buildPredicate())).receipt.ledgerPosition).toBeNull();
    await publish(sample.stagePredicate());
    expect(await positions()).toEqual([null, null]);
    const onError = (error: unknown) => {
      throw error;
    };
    await createSequencer({ ledger, signer: localSigner(sample.trustedKey.privateKeyPem), clock: sample.fixedClock(), onError }).runOnce();
    expect(await positions()).toEqual([2, 1]);
    await publish(sample.stagePredicate({ checkpoint: '50' }));
    expect(await positions()).toEqual([null, 2, 1]);
    const { validUntil } = module.cacheable['Query.releaseEvidence'];
    const listed = await module.resolvers.Query.releaseEvidence(null, asked, contextOf());
    expect([validUntil(listed), validUntil(listed.slice(1)), validUntil([])]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('show a tenant its own records alone, and say 403 where another tenant or service is named', async () => {
    const { module } = moduleOf();
    await module.resolvers.Mutation.publishEvidence(
      null,
      { input: sample.inputOf(await sample.sign(sample.buildPredicate())) },
      contextOf(),
    );
    const list = (args: object, changes?: Parameters<typeof sample.principal>[0]) =>
      module.resolvers.Query.releaseEvidence(null, { ...asked, ...args }, contextOf(changes));
    expect(await list({}, { tenant: 'globex' })).toEqual([]);
    await expect(list({ tenant: 'acme' }, { tenant: 'globex' })).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
    await expect(list({}, { services: ['cart'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(list({}, { scopes: [] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('bound how many records one question lists', async () => {
    const { module } = moduleOf();
    for (const first of [0, 201, 1.5]) {
      await expect(module.resolvers.Query.releaseEvidence(null, { ...asked, first }, contextOf())).rejects.toMatchObject({
        code: 'EVIDENCE_INVALID',
        faults: [{ path: '/first' }],
      });
    }
  });
});
