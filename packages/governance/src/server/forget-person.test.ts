import { digestOf, localSigner, parseStrictJson, payloadOf, signStatement } from '@promotable/attest';
import type { Bundle, Override, Statement } from '@promotable/contracts';
import { memoryTransactor } from '@promotable/ledger';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ExceptionRecord, overrideStatement } from '../index.ts';
import { forgetPerson, type PersonFindings } from '../server.ts';
import { as, day, digestA, hour, type Office, openOffice, overrideInput, startOfTime, waiverInput } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob, eve] = [as('ada'), as('bob'), as('eve')] as const;
const question = { tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] };
const nobody = { tenant: 'acme', ids: [], mentions: [] };
const forget = (changes: Partial<Parameters<typeof forgetPerson>[0]>, dryRun = false): Promise<PersonFindings> =>
  memoryTransactor().transaction((tx) => forgetPerson({ ...nobody, ...changes }, { store: office.store, tx, now: office.now, dryRun }));
const kept = async (id: string): Promise<ExceptionRecord> => (await office.store.record('acme', id)) as ExceptionRecord;
const predicateIn = (bundle: Bundle | null) => (parseStrictJson(payloadOf(bundle as Bundle)) as Statement).predicate;

async function granted(changes: Record<string, unknown> = {}, by = ada): Promise<ExceptionRecord> {
  const { id } = await governance.requestWaiver(waiverInput(changes), by);
  return governance.approveWaiver(id, 'approver', bob);
}

describe('forgetting a person', () => {
  it('takes what they wrote with its salt, and what was signed goes on counting', async () => {
    const { id, bundle } = await granted({ justification: 'I know this one', mitigation: 'I watch it' });
    await governance.revoke(id, 'I was wrong', ada);
    const ledger = structuredClone(office.entries);
    expect(await forget({ ids: [ada.principal.id] })).toEqual({
      erased: [{ id, fields: ['reason', 'mitigation', 'note/3'] }],
      blocked: [],
      remaining: [],
    });
    const after = await kept(id);
    expect(after).toMatchObject({ reason: '[erased]', mitigation: '[erased]', owner: 'team-checkout', ticket: 'INC-1', revision: 4 });
    expect(after.acts.map(({ note }) => note)).toEqual([null, null, null, '[erased]']);
    expect(JSON.stringify(after)).not.toMatch(/I know|I watch|I was|salt-2|salt-3|salt-5/);
    expect(after.bundle).toEqual(bundle);
    expect(await governance.exceptions(question)).toMatchObject([{ id, verified: true }]);
    expect(office.entries).toEqual(ledger);
    expect(await forget({ ids: [ada.principal.id] })).toEqual({ erased: [], blocked: [], remaining: [] });
  });

  it('takes every text that names them, whoever wrote it and however it is spelled', async () => {
    const waiver = await granted({ owner: 'Jane Doe', ticket: 'ask ＪＡＮＥ doe' });
    const other = await granted({ mitigation: 'somebody watches' });
    await governance.revoke(other.id, 'jane doe said so', bob);
    const { erased } = await forget({ mentions: ['Jane DOE'] });
    expect(erased).toEqual([
      { id: waiver.id, fields: ['owner', 'ticket'] },
      { id: other.id, fields: ['note/3'] },
    ]);
    expect((await kept(other.id)).mitigation).toBe('somebody watches');
  });

  it('finds whole words alone, and takes no sign of a name for a pattern', async () => {
    const { id } = await governance.createOverride(overrideInput({ reason: 'planned by j.doe, team Ann+1' }), ada);
    for (const name of ['ann', 'jxdoe', 'j.do', '.*']) {
      const { erased } = await forget({ mentions: [name] }, true);
      expect([name, erased]).toEqual([name, name === 'ann' ? [{ id, fields: ['reason'] }] : []]);
    }
    expect((await forget({ mentions: ['J.DOE'] }, true)).erased).toHaveLength(1);
    expect((await forget({ mentions: ['ann+1'] }, true)).erased).toHaveLength(1);
  });

  it('finds the same and erases nothing where it only looks', async () => {
    const { id } = await governance.createOverride(overrideInput({ reason: 'asked by Jane' }), ada);
    const before = await kept(id);
    expect(await forget({ mentions: ['jane'] }, true)).toEqual({ erased: [{ id, fields: ['reason'] }], blocked: [], remaining: [] });
    expect(await kept(id)).toEqual(before);
  });

  it('touches nothing of another tenant', async () => {
    await governance.createOverride(overrideInput({ reason: 'asked by Jane' }), as('ada', { tenant: 'globex' }));
    expect((await forget({ ids: [ada.principal.id], mentions: ['jane'] })).erased).toEqual([]);
  });

  it('looks at every page', async () => {
    const record = await governance.createOverride(overrideInput({ reason: 'asked by Jane' }), ada);
    await memoryTransactor().transaction(async (tx) => {
      for (let index = 0; index < 1100; index++) await office.store.insert({ ...record, id: `more-${index}` }, { tx });
    });
    expect((await forget({ mentions: ['jane'] })).erased).toHaveLength(1101);
  });

  it('lets nobody act on both sides under two pseudonyms', async () => {
    const asked = await governance.requestWaiver(waiverInput({ owner: eve.principal.id }), ada);
    for (const { principal } of [ada, eve]) {
      const { blocked, erased } = await forget({ ids: [principal.id] });
      expect(blocked).toEqual([{ id: asked.id, why: 'the waiver awaits approval: revoke it, or have it approved' }]);
      expect((await kept(asked.id)).reason).toBe('known');
      expect(erased).toEqual(principal === ada.principal ? [{ id: asked.id, fields: ['reason', 'mitigation'] }] : []);
    }
    expect((await forget({ ids: [bob.principal.id] })).blocked).toEqual([]);
    const glass = await governance.breakGlass(overrideInput({ author: bob.principal.id }), eve);
    office.now += 20 * day;
    expect((await forget({ ids: [bob.principal.id] })).blocked).toEqual([{ id: glass.id, why: 'break-glass awaits its countersignature' }]);
    await governance.countersign(glass.id, ada);
    expect((await forget({ ids: [bob.principal.id] })).blocked).toEqual([]);
    expect((await forget({ ids: [ada.principal.id] })).blocked).toEqual([]);
  });

  it('also not by the roles of an approval', async () => {
    office.rules = { roles: { a: '*', b: '*' }, waivers: [{ codes: '*', environments: '*', roles: ['a', 'b'] }] };
    const { id } = await governance.requestWaiver(waiverInput(), ada);
    await governance.approveWaiver(id, 'a', bob);
    expect((await forget({ ids: [bob.principal.id] })).blocked).toMatchObject([{ id }]);
  });

  it('says what names them and stays, since it is signed as it is', async () => {
    const { id } = await granted({ suite: 'jane', idempotencyKey: 'for-jane' }, as('jane'));
    expect(await forget({ mentions: ['jane'] })).toMatchObject({
      remaining: [{ id, fields: ['suite', 'requestedBy', 'idempotencyKey', 'acts/0'] }],
    });
  });

  it('takes the whole statement that carries the text itself, once it has ended', async () => {
    const predicate: Override = {
      ...{ id: 'offline-1', kind: 'override', tenant: 'acme', service: 'checkout', environment: 'production', stages: ['20'] },
      ...{ digests: [digestA], codes: ['P95_OVER_BUDGET'], actor: ada.principal.id, author: null, reason: 'Jane asked', ticket: 'INC-2' },
      ...{ offline: true, issuedAt: new Date(startOfTime).toISOString(), expiresAt: new Date(startOfTime + hour).toISOString() },
    };
    const bundle = await signStatement(overrideStatement(predicate), localSigner(office.key.privateKeyPem));
    await governance.recordOverride(bundle, ada);
    expect(predicateIn(bundle)['reason']).toBe('Jane asked');
    expect((await forget({ mentions: ['jane'] })).blocked).toMatchObject([{ id: 'offline-1' }]);
    office.now += hour;
    expect((await forget({ mentions: ['jane'] })).erased).toEqual([{ id: 'offline-1', fields: ['reason'] }]);
    expect(await kept('offline-1')).toMatchObject({ bundle: null, reason: '[erased]', ticket: 'INC-2' });
    // What it said cannot come back by telling it again.
    await expect(governance.recordOverride(bundle, ada)).rejects.toThrow(
      expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }) as Error,
    );
  });

  it('leaves a repetition of the same request no way back', async () => {
    const again = () => governance.createOverride(overrideInput({ reason: 'Jane asked', idempotencyKey: 'k' }), ada);
    const first = await again();
    expect(await again()).toEqual(first);
    await forget({ mentions: ['jane'] });
    await expect(again()).rejects.toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }) as Error);
  });

  it('leaves the salted digest of a note in the log, never a digest that could be guessed', async () => {
    const { id } = await governance.createOverride(overrideInput(), ada);
    await governance.revoke(id, 'yes', bob);
    const { acts, seals } = await kept(id);
    const act = { ...acts[1], note: { sha256: digestOf({ salt: seals['note/1']?.salt ?? '', text: 'yes' }) } };
    expect(office.entries[1]?.bodyDigest).toBe(digestOf({ tenant: 'acme', id, act }));
  });
});
