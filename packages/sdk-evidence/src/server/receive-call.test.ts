// Who may publish under which key, what a call leaves behind, and what its listener is told.
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import type { EvidenceBundle } from '@promotable/contracts/graphql';
import type { Principal } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import type { ReceiveEvent } from './evidence-events.ts';
import { memoryEvidenceStore } from './memory-store.ts';
import { createEvidenceReceiver } from './receive.ts';
import * as sample from './sample-evidence.ts';
import { readBundle, type Trust } from './signed-submission.ts';

let events: ReceiveEvent[];
let ledger: ReturnType<typeof createMemoryLedger>;
let trust: () => Trust;
let receive: (input: unknown, principal?: Principal) => Promise<EvidenceBundle>;

const parts = () => ({
  store: memoryEvidenceStore(),
  ledger,
  transactor: memoryTransactor(),
  clock: sample.fixedClock(),
  trust: () => trust(),
});

beforeEach(() => {
  events = [];
  ledger = createMemoryLedger();
  trust = () => sample.trustOf(sample.trustedKey);
  const receiver = createEvidenceReceiver(parts());
  receive = (input, principal = sample.principal()) => receiver.receive(principal, input);
});

async function refused(work: Promise<unknown>): Promise<{ code: string; status: number; paths: string[]; message: string }> {
  const error = await work.then(
    () => Promise.reject(new Error('was accepted')),
    (reason: EvidenceError) => reason,
  );
  return { code: error.code, status: error.status, paths: error.faults.map(({ path }) => path), message: error.message };
}

describe('a call to receive evidence', () => {
  it('a digest as the key names its own statement and no other, so nobody takes the key of one that is yet to come', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    const other = 'd'.repeat(64);
    expect(await refused(receive(sample.inputOf(bundle, { idempotencyKey: other })))).toEqual({
      code: 'IDEMPOTENCY_CONFLICT',
      status: 422,
      paths: ['/idempotencyKey'],
      message: 'this idempotency key was used for another statement: choose another one, or none',
    });
    const claims = { service: 'checkout', releaseId: '1', cost: 1 };
    expect((await refused(receive({ ...claims, idempotencyKey: other }))).code).toBe('IDEMPOTENCY_CONFLICT');
    const { receipt } = await receive(sample.inputOf(bundle));
    expect(receipt.idempotencyKey).toBe(receipt.statementDigest);
    const stage = await sample.sign(sample.stagePredicate());
    const { statementDigest } = readBundle(stage);
    expect((await receive(sample.inputOf(stage, { idempotencyKey: statementDigest }))).receipt.idempotencyKey).toBe(statementDigest);
  });

  it('a key that was used for another statement is named, and nothing of the other statement', async () => {
    await receive(sample.inputOf(await sample.sign(sample.buildPredicate()), { idempotencyKey: 'build "7"' }));
    const other = sample.inputOf(await sample.sign(sample.stagePredicate()), { idempotencyKey: 'build "7"' });
    await expect(receive(other)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
      faults: [{ path: '/idempotencyKey', code: 'used_for_another_statement', message: '"build \\"7\\"" belongs to another statement' }],
    });
  });

  it('a bundle of null is none: what stands beside it is a claim', async () => {
    expect((await receive({ service: 'checkout', releaseId: '1', bundle: null, cost: 1 })).signed).toBe(false);
  });

  it('a duplicate whose ledger entry cannot be found has no position', async () => {
    const receiver = createEvidenceReceiver({ ...parts(), ledger: { append: ledger.append.bind(ledger), receipt: async () => null } });
    const input = sample.inputOf(await sample.sign(sample.buildPredicate()));
    await receiver.receive(sample.principal(), input);
    await expect(receiver.receive(sample.principal(), input)).rejects.toMatchObject({
      code: 'DUPLICATE',
      receipt: { ledgerSequence: '1', ledgerPosition: null },
    });
  });

  it('a time ahead of the clock is a fault of the statement', async () => {
    const observed = { from: '2026-11-21T11:00:00Z', until: '2026-11-21T12:01:00.001Z' };
    await expect(receive(sample.inputOf(await sample.sign(sample.stagePredicate({ observed }))))).rejects.toMatchObject({
      code: 'OBSERVED_IN_FUTURE',
      faults: [
        {
          path: '/bundle/statement/predicate/observed/until',
          code: 'in_future',
          message: expect.stringContaining('60.001 s ahead'),
        },
      ],
    });
  });

  it('a token grants its own tenant, its services by name or all of them, and nothing without the scope', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    const granted = sample.principal({ services: ['cart', 'checkout'] });
    expect((await receive(sample.inputOf(bundle, { tenant: 'acme' }), granted)).signed).toBe(true);
    for (const caller of [sample.principal({ scopes: [] }), sample.principal({ services: [] })])
      expect((await refused(receive(sample.inputOf(bundle), caller))).code).toBe('FORBIDDEN');
  });

  it('whoever got hold of a statement about another release learns nothing from sending it unsigned by anyone trusted', async () => {
    const bundle = await sample.sign(sample.buildPredicate());
    await receive(sample.inputOf(bundle));
    trust = () => sample.trustOf();
    for (const changes of [{ service: 'cart' }, { releaseId: '2' }])
      expect(await refused(receive(sample.inputOf(bundle, changes)))).toMatchObject({
        code: 'SIGNATURE_UNTRUSTED',
        message: 'the signer is not trusted for this evidence now; it may be sent again once it is',
      });
    expect(await refused(receive(sample.inputOf(bundle)))).toMatchObject({
      code: 'DUPLICATE',
      message: 'this statement is on record already',
    });
  });

  it('claims that have no one form are refused with the path', async () => {
    const cost = { bad: '\ud800' };
    expect(await refused(receive({ service: 'checkout', releaseId: '1', cost }))).toMatchObject({
      code: 'EVIDENCE_INVALID',
      status: 400,
      paths: ['/cost/bad'],
    });
  });

  it('keeps of a call where it came from, and tells how long it and its publisher took', async () => {
    const clock = { now: () => sample.startedAt, monotonic: () => (ticks += 250) };
    let ticks = 0;
    const store = memoryEvidenceStore();
    const receiver = createEvidenceReceiver({ ...parts(), store, clock, onReceived: (event) => events.push(event) });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const attempt = { attempt: 3, elapsedSeconds: 1.5 };
    await receiver.receive(sample.principal(), sample.inputOf(await sample.sign(sample.stagePredicate())), { traceparent, attempt });
    const { id } = await receiver.receive(sample.principal(), { service: 'checkout', releaseId: '1.4.2', cost: 1, environment: 'prod' });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const records = await store.records({ tenant: 'acme', service: 'checkout', releaseId: '1.4.2' }, 2);
    expect(records.map((record) => record.traceparent)).toEqual([null, traceparent]);
    const timed = { outcome: 'accepted', code: null, seconds: 0.25 };
    expect(events).toEqual([
      { ...timed, signed: true, environment: 'production', attempt: 3, sinceAskedSeconds: 1.75 },
      { ...timed, signed: false, environment: 'prod', attempt: 1, sinceAskedSeconds: 0.25 },
    ]);
  });

  it('tells its listener a fault of ours from a refusal', async () => {
    const failing = (error: unknown) => ({
      ...parts(),
      ledger: { append: () => Promise.reject(error), receipt: async () => null },
      onReceived: (event: ReceiveEvent) => events.push(event),
    });
    const bundle = await sample.sign(sample.buildPredicate());
    const cut = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    for (const error of [new TypeError('a fault'), cut]) {
      const receiver = createEvidenceReceiver(failing(error));
      await expect(receiver.receive(sample.principal(), sample.inputOf(bundle))).rejects.toThrow(Error);
    }
    const none = createEvidenceReceiver({ ...failing(null), ledger: { append: async () => [], receipt: async () => null } });
    await expect(none.receive(sample.principal(), sample.inputOf(bundle))).rejects.toThrow('the ledger answers one receipt per entry');
    expect(events.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['failed', null],
      ['failed', 'STORE_UNAVAILABLE'],
      ['failed', null],
    ]);
  });

  it('enters into the ledger who published, and that a release was rebuilt', async () => {
    const appended: unknown[] = [];
    const append: typeof ledger.append = (entries, options) => {
      appended.push(...entries.map(({ type, actor, subject }) => ({ type, actor, subject })));
      return ledger.append(entries, options);
    };
    const receiver = createEvidenceReceiver({ ...parts(), ledger: { append, receipt: ledger.receipt.bind(ledger) } });
    const rebuilder = sample.principal({ id: 'rebuilder', scopes: ['evidence:publish', 'release:rebuild'] });
    await receiver.receive(sample.principal({ id: 'ci' }), sample.inputOf(await sample.sign(sample.buildPredicate())));
    const rebuilt = await sample.sign(sample.buildPredicate(), { digests: [sample.digestB] });
    await receiver.receive(rebuilder, sample.inputOf(rebuilt));
    expect(appended).toEqual([
      { type: 'evidence.accepted', actor: 'ci', subject: 'checkout/1.4.2/-/build' },
      { type: 'evidence.rebuilt', actor: 'rebuilder', subject: 'checkout/1.4.2/-/build' },
    ]);
  });
});
