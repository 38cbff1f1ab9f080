import { digestOf, parseStrictJson, payloadOf, statementDigestOf } from '@promotable/attest';
import { type Bundle, predicateTypes, type Statement, Waiver } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ExceptionRecord } from '../index.ts';
import { as, day, digestA, digestB, type Office, openOffice, startOfTime, waiverInput } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob, eve] = [as('ada'), as('bob'), as('eve')] as const;
const question = { tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] };
const fact = async () => (await governance.exceptions(question))[0];
const statementIn = (bundle: Bundle | null): Statement => parseStrictJson(payloadOf(bundle as Bundle)) as Statement;
const code = (expected: string, path?: string) =>
  expect.objectContaining({ code: expected, ...(path === undefined ? {} : { faults: [expect.objectContaining({ path })] }) }) as Error;

async function granted(changes: Record<string, unknown> = {}): Promise<ExceptionRecord> {
  const { id } = await governance.requestWaiver(waiverInput(changes), ada);
  return governance.approveWaiver(id, 'approver', bob);
}

describe('a waiver', () => {
  it('is signed once it is approved, says who approved it, and becomes a fact', async () => {
    const asked = await governance.requestWaiver(waiverInput({ rule: 'CVE-2026-1', path: 'pkg:npm/left@1.0.0', suite: 'unit' }), ada);
    expect([asked.bundle, asked.issuedAt, await fact()]).toEqual([null, null, undefined]);
    office.now += 1000;
    const waiver = await governance.approveWaiver(asked.id, 'approver', { ...bob, traceId: 'trace' });
    const { predicateType, predicate, subject } = statementIn(waiver.bundle);
    expect(predicateType).toBe(predicateTypes.waiver);
    expect(Waiver.parse(predicate)).toEqual({
      id: 'E-1',
      subject: { digests: [digestA, digestB], codes: ['TESTS_FAILED'], suite: 'unit', rule: 'CVE-2026-1', path: 'pkg:npm/left@1.0.0' },
      environment: 'production',
      stages: ['20', '50'],
      owner: { sha256: digestOf({ salt: 'salt-1', text: 'team-checkout' }) },
      justification: { sha256: digestOf({ salt: 'salt-2', text: 'known' }) },
      mitigation: { sha256: digestOf({ salt: 'salt-3', text: 'watched' }) },
      ticket: { sha256: digestOf({ salt: 'salt-4', text: 'INC-1' }) },
      approvals: [{ role: 'approver', actor: 'https://login.test#bob', approvedAt: '2026-11-21T11:00:01.000Z' }],
      issuedAt: '2026-11-21T11:00:01.000Z',
      expiresAt: '2026-12-01T11:00:00.000Z',
    });
    expect(subject.slice(1).map(({ digest }) => `sha256:${digest.sha256}`)).toEqual([digestA, digestB]);
    office.now += 5000;
    expect(await fact()).toEqual({
      kind: 'waiver',
      id: 'E-1',
      codes: ['TESTS_FAILED'],
      digests: [digestA, digestB],
      environment: 'production',
      stages: ['20', '50'],
      rule: 'CVE-2026-1',
      path: 'pkg:npm/left@1.0.0',
      suite: 'unit',
      verified: true,
      countersigned: { absent: 'NOT_APPLICABLE' },
      activeForMs: 5000,
      expiresInMs: 10 * day - 6000,
    });
    expect(office.acts).toEqual(['waiver.requested ada', 'waiver.approved bob trace', 'waiver.granted bob trace']);
    const stateOfLedger = office.entries.map(({ type, subject: about, actor, stream }) => [stream, type, about, actor]);
    const about = 'waiver/checkout/production/E-1';
    expect(stateOfLedger).toEqual([
      ['governance', 'waiver.requested', about, 'https://login.test#ada'],
      ['governance', 'waiver.approved', about, 'https://login.test#bob'],
      ['governance', 'waiver.granted', about, 'https://login.test#bob'],
    ]);
    expect(office.entries[2]?.bodyDigest).toBe(statementDigestOf(waiver.bundle as Bundle));
    expect(new Set(office.entries.map(({ bodyDigest }) => bodyDigest)).size).toBe(3);
  });

  it.each([{ suite: 'unit', rule: 'CVE-2026-1', path: 'pkg:npm/left@1.0.0' }, { suite: 'x'.repeat(128) }])(
    'tells the policy each thing that it is narrowed to: %j',
    async (narrowed) => {
      await granted(narrowed);
      expect(await fact()).toMatchObject(narrowed);
    },
  );

  it('names neither rule nor path where it is about whole reasons', async () => {
    await granted();
    expect(await fact()).toMatchObject({
      rule: { absent: 'NOT_STATED' },
      path: { absent: 'NOT_STATED' },
      suite: { absent: 'NOT_STATED' },
    });
  });

  it('needs other eyes than those of who asks and who owns it', async () => {
    const { id } = await governance.requestWaiver(waiverInput({ owner: eve.principal.id }), ada);
    await expect(governance.approveWaiver(id, 'approver', ada)).rejects.toThrow(code('FOUR_EYES'));
    await expect(governance.approveWaiver(id, 'approver', eve)).rejects.toThrow(code('FOUR_EYES'));
    expect((await governance.approveWaiver(id, 'approver', bob)).issuedAt).not.toBeNull();
  });

  it('approved again by the same person changes nothing; by another it is too late', async () => {
    const first = await granted();
    expect(await governance.approveWaiver(first.id, 'approver', bob)).toEqual(first);
    await expect(governance.approveWaiver(first.id, 'approver', eve)).rejects.toThrow(code('WRONG_STATE'));
    expect(office.entries).toHaveLength(3);
  });

  it('needs every role of every rule that fits it, each of another person who holds it', async () => {
    office.rules = {
      roles: { approver: '*', security: [bob.principal.id, eve.principal.id] },
      waivers: [
        { codes: '*', environments: '*', roles: ['approver'] },
        { codes: ['TESTS_FAILED'], environments: ['production'], roles: ['security'] },
        { codes: ['P95_OVER_BUDGET'], environments: '*', roles: ['security'] },
        { codes: '*', environments: ['staging'], roles: ['security'] },
      ],
    };
    const { id } = await governance.requestWaiver(waiverInput(), ada);
    const carl = as('carl');
    await expect(governance.approveWaiver(id, 'security', carl)).rejects.toThrow(code('FORBIDDEN'));
    await expect(governance.approveWaiver(id, 'owner', carl)).rejects.toThrow(code('WRONG_STATE'));
    expect((await governance.approveWaiver(id, 'security', bob)).issuedAt).toBeNull();
    await expect(governance.approveWaiver(id, 'approver', bob)).rejects.toThrow(code('FOUR_EYES'));
    expect((await governance.approveWaiver(id, 'approver', carl)).issuedAt).toBe(startOfTime);
    const elsewhere = await governance.requestWaiver(waiverInput({ environment: 'testing' }), ada);
    await expect(governance.approveWaiver(elsewhere.id, 'security', bob)).rejects.toThrow(code('WRONG_STATE'));
    expect((await governance.approveWaiver(elsewhere.id, 'approver', bob)).issuedAt).toBe(startOfTime);
  });

  it('is verified no longer once the rules ask for more', async () => {
    await granted();
    expect((await fact())?.verified).toBe(true);
    office.rules = {
      roles: { approver: '*', security: '*' },
      waivers: [{ codes: '*', environments: '*', roles: ['approver', 'security'] }],
    };
    expect((await fact())?.verified).toBe(false);
  });

  it('that expired before it was approved cannot be', async () => {
    const { id } = await governance.requestWaiver(waiverInput(), ada);
    office.now += 10 * day;
    await expect(governance.approveWaiver(id, 'approver', bob)).rejects.toThrow(code('WRONG_STATE'));
  });

  it('lives at most 30 days', async () => {
    const at = (ms: number) => waiverInput({ expiresAt: new Date(startOfTime + ms).toISOString() });
    await expect(governance.requestWaiver(at(30 * day + 1), ada)).rejects.toThrow(code('TOO_LONG', '/expiresAt'));
    await expect(governance.requestWaiver(at(0), ada)).rejects.toThrow(code('REQUEST_INVALID', '/expiresAt'));
    expect((await governance.requestWaiver(at(30 * day), ada)).expiresAt).toBe(startOfTime + 30 * day);
  });
});
