import { digestOf, parseStrictJson, payloadOf, statementDigestOf } from '@promotable/attest';
import { type Bundle, Override, predicateTypes, type Statement } from '@promotable/contracts';
import { memoryTransactor } from '@promotable/ledger';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ExceptionRecord } from '../index.ts';
import { memoryGovernanceStore } from '../server.ts';
import { as, day, digestA, digestB, hour, type Office, openOffice, overrideInput, startOfTime, waiverInput } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob, eve] = [as('ada'), as('bob'), as('eve')] as const;
const digestC = `sha256:${'c'.repeat(64)}`;
const question = { tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] };
const fact = async () => (await governance.exceptions(question))[0];
const statementIn = (bundle: Bundle | null): Statement => parseStrictJson(payloadOf(bundle as Bundle)) as Statement;
const code = (expected: string, path?: string) =>
  expect.objectContaining({ code: expected, ...(path === undefined ? {} : { faults: [expect.objectContaining({ path })] }) }) as Error;

async function granted(changes: Record<string, unknown> = {}): Promise<ExceptionRecord> {
  const { id } = await governance.requestWaiver(waiverInput(changes), ada);
  return governance.approveWaiver(id, 'approver', bob);
}

describe('an override', () => {
  it('is in force at once, signed, and names who made it', async () => {
    const { bundle } = await governance.createOverride(overrideInput({ offline: true }), ada);
    const { predicateType, predicate } = statementIn(bundle);
    expect([predicateType, Override.parse(predicate)]).toEqual([
      predicateTypes.override,
      {
        id: 'E-1',
        kind: 'override',
        tenant: 'acme',
        service: 'checkout',
        environment: 'production',
        stages: ['20', '50'],
        digests: [digestA, digestB],
        codes: ['P95_OVER_BUDGET'],
        actor: 'https://login.test#ada',
        author: null,
        reason: { sha256: digestOf({ salt: 'salt-1', text: 'a load test' }) },
        ticket: { sha256: digestOf({ salt: 'salt-2', text: 'INC-1' }) },
        offline: true,
        issuedAt: '2026-11-21T11:00:00.000Z',
        expiresAt: '2026-11-21T13:00:00.000Z',
      },
    ]);
    expect(await fact()).toMatchObject({ kind: 'override', verified: true, activeForMs: 0, expiresInMs: 2 * hour });
    expect(office.entries.map(({ type, bodyDigest }) => [type, bodyDigest])).toEqual([
      ['override.created', statementDigestOf(bundle as Bundle)],
    ]);
  });

  it('lives at most 4 hours', async () => {
    const at = (ms: number) => overrideInput({ expiresAt: new Date(startOfTime + ms).toISOString() });
    await expect(governance.createOverride(at(4 * hour + 1), ada)).rejects.toThrow('it would live 4 h; the policy allows 4 h');
    await expect(governance.createOverride(at(5 * hour), ada)).rejects.toThrow('it would live 5 h; the policy allows 4 h');
    expect((await governance.createOverride(at(4 * hour), ada)).expiresAt).toBe(startOfTime + 4 * hour);
  });

  it('is told of for a week after its end, and its end is when it was revoked', async () => {
    const { id } = await governance.createOverride(overrideInput(), ada);
    office.now += hour;
    await governance.revoke(id, ' no longer needed ', bob);
    expect(await fact()).toMatchObject({ expiresInMs: 0 });
    office.now += 7 * day - 1;
    expect(await fact()).toMatchObject({ expiresInMs: 1 - 7 * day });
    office.now += 1;
    expect(await fact()).toBeUndefined();
  });

  it('revoked again stays as it was revoked first; an expired one cannot be', async () => {
    const { id } = await governance.createOverride(overrideInput(), ada);
    const revoked = await governance.revoke(id, 'first', bob);
    expect(await governance.revoke(id, 'second', ada)).toEqual(revoked);
    expect(revoked.acts.at(-1)).toEqual({ type: 'override.revoked', actor: bob.principal.id, at: startOfTime, role: null, note: 'first' });
    const other = await governance.createOverride(overrideInput(), ada);
    office.now += 2 * hour;
    await expect(governance.revoke(other.id, 'late', ada)).rejects.toThrow(code('WRONG_STATE'));
    for (const empty of [' ', 'x'.repeat(4001)])
      await expect(governance.revoke(id, empty, ada)).rejects.toThrow(code('REQUEST_INVALID', '/reason'));
  });
});

describe('break-glass', () => {
  const glass = (changes: Record<string, unknown> = {}, by = ada) =>
    governance.breakGlass(
      overrideInput({ author: bob.principal.id, expiresAt: new Date(startOfTime + 8 * hour).toISOString(), ...changes }),
      by,
    );

  it('is broken by one person who did not write the change, for at most 8 hours', async () => {
    expect(await glass()).toMatchObject({ kind: 'break_glass', author: bob.principal.id, issuedAt: startOfTime });
    await expect(glass({}, bob)).rejects.toThrow(code('FOUR_EYES'));
    await expect(glass({ author: null })).rejects.toThrow(code('REQUEST_INVALID', '/author'));
    await expect(glass({ expiresAt: new Date(startOfTime + 9 * hour).toISOString() })).rejects.toThrow(code('TOO_LONG', '/expiresAt'));
  });

  it('is told of to every gate of its place until somebody else countersigns it, however long ago it ended', async () => {
    const { id } = await glass();
    await governance.revoke(id, 'done', eve);
    office.now += 60 * day;
    const elsewhere = { ...question, digests: [`sha256:${'c'.repeat(64)}`] };
    expect(await governance.exceptions(elsewhere)).toMatchObject([{ kind: 'break_glass', countersigned: false, activeForMs: 60 * day }]);
    for (const same of [ada, bob]) await expect(governance.countersign(id, same)).rejects.toThrow(code('FOUR_EYES'));
    const signed = await governance.countersign(id, eve);
    expect(signed.countersignedAt).toBe(office.now);
    expect(await governance.exceptions(elsewhere)).toEqual([]);
    expect(await governance.countersign(id, eve)).toEqual(signed);
    await expect(governance.countersign(id, as('carl'))).rejects.toThrow(code('WRONG_STATE'));
  });

  it('that is countersigned in time says so while it lives', async () => {
    const { id } = await glass();
    expect(await fact()).toMatchObject({ countersigned: false, verified: true });
    await governance.countersign(id, eve);
    expect(await fact()).toMatchObject({ countersigned: true, verified: true });
    expect(office.entries.map(({ type }) => type)).toEqual(['break-glass.created', 'break-glass.countersigned']);
  });

  it('is neither approved nor is an override countersigned', async () => {
    const { id } = await glass();
    await expect(governance.approveWaiver(id, 'approver', eve)).rejects.toThrow(code('WRONG_STATE'));
    const other = await governance.createOverride(overrideInput(), ada);
    await expect(governance.countersign(other.id, eve)).rejects.toThrow(code('WRONG_STATE'));
  });
});

describe('whatever is asked for', () => {
  it.each([
    ['waiver', 'TESTS_FAILED', true],
    ['waiver', 'SBOM_EMPTY', false],
    ['waiver', 'NO_EVIDENCE', false],
    ['override', 'TESTS_FAILED', true],
    ['override', 'SBOM_EMPTY', true],
    ['override', 'NO_EVIDENCE', true],
    ['override', 'NO_BASELINE', false],
    ['override', 'DIGEST_MISMATCH', false],
    ['override', 'NEVER_HEARD_OF', false],
    ['waiver', 'DIGEST_MISMATCH', false],
  ] as const)('a %s may list %s: %s', async (kind, listed, may) => {
    const made =
      kind === 'waiver'
        ? governance.requestWaiver(waiverInput({ codes: ['P95_OVER_BUDGET', listed] }), ada)
        : governance.createOverride(overrideInput({ codes: ['P95_OVER_BUDGET', listed] }), ada);
    if (may) expect((await made).codes).toContain(listed);
    else await expect(made).rejects.toThrow(code('NOT_TURNABLE'));
  });

  it('names every fault of a request with its path, and takes lists in any order and with repetitions', async () => {
    await expect(governance.requestWaiver(waiverInput({ path: 'pkg:npm/left@1.0.0' }), ada)).rejects.toThrow(
      code('REQUEST_INVALID', '/path'),
    );
    const broken = { service: '-', stages: [], digests: ['x'], codes: ['lower'], ticket: 'a\nb', expiresAt: 'soon', extra: 1, rule: '' };
    const refused = await governance.requestWaiver(waiverInput(broken), ada).catch((error: { faults: { path: string }[] }) => error);
    const paths = (refused as { faults: { path: string }[] }).faults.map(({ path }) => path).sort();
    expect(paths).toEqual(['/codes/0', '/digests/0', '/expiresAt', '/extra', '/rule', '/service', '/stages', '/ticket']);
    const { digests, stages } = await governance.requestWaiver(
      waiverInput({ digests: [digestB, digestA, digestB], stages: ['50', '20', '50'] }),
      ada,
    );
    expect([digests, stages]).toEqual([
      [digestA, digestB],
      ['20', '50'],
    ]);
    await expect(governance.requestWaiver(waiverInput({ justification: 'a\u0000b' }), ada)).rejects.toThrow(
      code('REQUEST_INVALID', '/justification'),
    );
    expect((await governance.requestWaiver(waiverInput({ justification: ' a\n\tb ' }), ada)).reason).toBe('a\n\tb');
    for (const empty of ['', ' ', '\ud800'])
      await expect(governance.requestWaiver(waiverInput({ mitigation: empty }), ada)).rejects.toThrow(
        code('REQUEST_INVALID', '/mitigation'),
      );
  });

  it('is made once under one key, and another request under it is refused', async () => {
    const input = overrideInput({ idempotencyKey: 'K' });
    const first = await governance.createOverride(input, ada);
    expect(await governance.createOverride(input, ada)).toEqual(first);
    await expect(governance.createOverride({ ...input, ticket: 'INC-9' }, ada)).rejects.toThrow(code('IDEMPOTENCY_CONFLICT'));
    await expect(governance.createOverride(input, bob)).rejects.toThrow(code('IDEMPOTENCY_CONFLICT'));
    await expect(governance.breakGlass({ ...input, author: 'x' }, ada)).rejects.toThrow(code('IDEMPOTENCY_CONFLICT'));
    const globex = as('ada', { tenant: 'globex' });
    expect((await governance.createOverride(input, globex)).tenant).toBe('globex');
    expect(office.entries).toHaveLength(2);
  });

  it('is undone with its transaction', async () => {
    office.broken = new Error('undone');
    await expect(governance.createOverride(overrideInput(), ada)).rejects.toThrow('undone');
    expect([office.entries, await governance.list({}, ada)]).toEqual([[], []]);
  });

  it('is not granted by an installation without a key', async () => {
    ({ governance } = openOffice({ signer: null }));
    const { id } = await governance.requestWaiver(waiverInput(), ada);
    await expect(governance.approveWaiver(id, 'approver', bob)).rejects.toThrow(code('CONFIGURATION'));
    await expect(governance.createOverride(overrideInput(), ada)).rejects.toThrow(code('CONFIGURATION'));
  });

  it('is bounded: a thousand of a service in an environment', async () => {
    const { governance: full } = openOffice();
    for (let count = 0; count < 1000; count++) await full.requestWaiver(waiverInput(), ada);
    await expect(full.requestWaiver(waiverInput(), ada)).rejects.toThrow(code('TOO_MANY_EXCEPTIONS'));
    expect((await full.requestWaiver(waiverInput({ environment: 'staging' }), ada)).environment).toBe('staging');
  });
});

describe('what a gate is told', () => {
  it('is unverified once the key is revoked, and stays verified when it retires', async () => {
    await granted();
    office.now += 2 * day;
    office.standing = { notAfter: new Date(startOfTime + day).toISOString() };
    expect((await fact())?.verified).toBe(true);
    office.standing = { revokedAt: new Date(startOfTime + day).toISOString() };
    expect((await fact())?.verified).toBe(false);
  });

  it('is at most 64 exceptions, those that must be countersigned before all others', async () => {
    for (let count = 0; count < 70; count++) await governance.createOverride(overrideInput(), ada);
    const { id } = await governance.breakGlass(overrideInput({ author: 'x' }), ada);
    const facts = await governance.exceptions(question);
    expect([facts.length, facts[0]?.id]).toEqual([64, id]);
  });

  it.each<[string, Partial<ExceptionRecord>]>([
    ['digests', { digests: [digestA, digestC] }],
    ['codes', { codes: ['SBOM_EMPTY'] }],
    ['stages', { stages: ['20', '50', 'complete'] }],
    ['end', { expiresAt: startOfTime + 3 * hour }],
    ['beginning', { issuedAt: startOfTime - 1 }],
    ['kind', { kind: 'break_glass', author: 'x' }],
    ['actor', { requestedBy: 'https://login.test#eve' }],
    ['id', { id: 'E-9', revision: 1 }],
  ])('is unverified once the %s in the database is not what was signed', async (_what, changed) => {
    const store = memoryGovernanceStore();
    ({ governance } = openOffice({ store }));
    const record = await governance.createOverride(overrideInput(), ada);
    const forged = { ...record, revision: 2, ...changed };
    await memoryTransactor().transaction(async (tx) => {
      expect(await (forged.revision === 1 ? store.insert(forged, { tx }) : store.replace(forged, { tx }))).toBe(true);
    });
    const facts = await governance.exceptions(question);
    expect(facts.find(({ id }) => id === forged.id)?.verified).toBe(false);
    expect(facts.filter(({ verified }) => verified).every(({ id }) => id === record.id && forged.id !== record.id)).toBe(true);
  });
});
