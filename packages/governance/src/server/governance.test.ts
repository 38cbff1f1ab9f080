import {
  canonicalize,
  generateSigningKey,
  localSigner,
  parseStrictJson,
  payloadOf,
  signStatement,
  statementDigestOf,
} from '@promotable/attest';
import { type Bundle, Override, predicateTypes, type Scope, type Statement, Waiver } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { exceptionStatement, type ExceptionRecord } from '../index.ts';
import {
  as,
  day,
  digestA,
  digestB,
  everyScope,
  hour,
  type Office,
  openOffice,
  overrideInput,
  startOfTime,
  waiverInput,
} from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob, eve] = [as('ada'), as('bob'), as('eve')];
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
      owner: 'team-checkout',
      justification: 'known',
      mitigation: 'watched',
      ticket: 'INC-1',
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

  it('that is narrowed to a suite never turns a whole reason', async () => {
    await granted({ suite: 'unit' });
    expect((await fact())?.rule).toBe('unit');
  });

  it('names neither rule nor path where it is about whole reasons', async () => {
    await granted();
    expect(await fact()).toMatchObject({ rule: { absent: 'NOT_STATED' }, path: { absent: 'NOT_STATED' } });
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
        reason: 'a load test',
        ticket: 'INC-1',
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

describe('an override signed elsewhere', () => {
  const predicate = (changes: Partial<Override> = {}): Override => ({
    ...{ id: 'offline-1', kind: 'override', tenant: 'acme', service: 'checkout', environment: 'production', stages: ['20'], offline: true },
    ...{ digests: [digestA], codes: ['P95_OVER_BUDGET'], actor: 'https://login.test#officer', author: null, reason: 'MC was away' },
    ...{ ticket: 'INC-2', issuedAt: '2026-11-21T09:00:00.000Z', expiresAt: '2026-11-21T10:00:00.000Z', ...changes },
  });
  const signed = (
    changes: Partial<Override> = {},
    statement: Partial<Statement> = {},
    privateKey = office.key.privateKeyPem,
  ): Promise<Bundle> => {
    const override = predicate(changes);
    const { tenant, id, kind, service, environment, stages, digests, codes, actor, author, reason, ticket, offline } = override;
    const record = {
      ...{ tenant, id, kind, service, environment, stages, digests, codes, author, reason, ticket, offline, requestedBy: actor },
      ...{ issuedAt: Date.parse(override.issuedAt), expiresAt: Date.parse(override.expiresAt) },
    } as unknown as ExceptionRecord;
    return signStatement({ ...exceptionStatement(record), ...statement }, localSigner(privateKey));
  };

  it('is recorded under its own id, once, even after it has ended', async () => {
    const bundle = await signed();
    const record = await governance.recordOverride(bundle, ada);
    expect(record).toMatchObject({
      id: 'offline-1',
      requestedBy: 'https://login.test#officer',
      issuedAt: Date.parse('2026-11-21T09:00:00Z'),
    });
    expect(record.acts).toEqual([{ type: 'override.recorded', actor: ada.principal.id, at: startOfTime, role: null, note: null }]);
    expect(await governance.recordOverride(bundle, bob)).toEqual(record);
    expect(office.entries.map(({ type, bodyDigest }) => [type, bodyDigest])).toEqual([['override.recorded', statementDigestOf(bundle)]]);
    expect(await fact()).toMatchObject({ id: 'offline-1', verified: true, expiresInMs: -hour });
    await expect(governance.recordOverride(await signed({ ticket: 'INC-3' }), ada)).rejects.toThrow(code('IDEMPOTENCY_CONFLICT'));
  });

  it('owes its countersignature where it is break-glass', async () => {
    await governance.recordOverride(await signed({ kind: 'break_glass', author: bob.principal.id }), ada);
    expect(await fact()).toMatchObject({ kind: 'break_glass', countersigned: false });
    expect(office.entries.map(({ type }) => type)).toEqual(['break-glass.recorded']);
  });

  it('is not believed by a strange, a foreign or a revoked key, nor with another subject, type or shape', async () => {
    const stranger = generateSigningKey('ed25519').privateKeyPem;
    await expect(governance.recordOverride(await signed({}, {}, stranger), ada)).rejects.toThrow(code('KEY_UNKNOWN'));
    await expect(governance.recordOverride(await signed({}, { predicateType: predicateTypes.waiver }), ada)).rejects.toThrow(
      code('OVERRIDE_UNTRUSTED'),
    );
    const other = await signed({ id: 'offline-2' });
    await expect(governance.recordOverride(await signed({}, { subject: statementIn(other).subject }), ada)).rejects.toThrow(
      code('OVERRIDE_UNTRUSTED'),
    );
    await expect(governance.recordOverride(await signed({}, { predicate: { id: 'x' } }), ada)).rejects.toThrow(code('OVERRIDE_UNTRUSTED'));
    await expect(governance.recordOverride({}, ada)).rejects.toThrow(code('BUNDLE_INVALID'));
    const bundle = await signed();
    for (const standing of [
      { revokedAt: new Date(startOfTime).toISOString() },
      { notBefore: new Date(startOfTime + 1).toISOString() },
      { notAfter: '2026-11-21T09:00:00.000Z' },
    ]) {
      office.standing = standing;
      await expect(governance.recordOverride(bundle, ada)).rejects.toThrow(code('OVERRIDE_UNTRUSTED'));
    }
    office.standing = { use: 'decision' };
    await expect(governance.recordOverride(bundle, ada)).rejects.toThrow(code('KEY_UNKNOWN'));
    expect(office.entries).toEqual([]);
    office.standing = { notAfter: '2026-11-21T09:00:00.001Z' };
    expect((await governance.recordOverride(bundle, ada)).id).toBe('offline-1');
  });

  it('must fit the tenant, the services, the time and the limits', async () => {
    await expect(governance.recordOverride(await signed({ tenant: 'globex' }), ada)).rejects.toThrow(code('FORBIDDEN'));
    await expect(governance.recordOverride(await signed(), as('ada', { services: ['cart'] }))).rejects.toThrow(code('FORBIDDEN'));
    const ahead = { issuedAt: '2026-11-21T11:01:00.001Z', expiresAt: '2026-11-21T12:00:00.000Z' };
    await expect(governance.recordOverride(await signed(ahead), ada)).rejects.toThrow(code('OVERRIDE_UNTRUSTED'));
    const long = { expiresAt: '2026-11-21T13:00:00.001Z' };
    await expect(governance.recordOverride(await signed(long), ada)).rejects.toThrow(code('TOO_LONG', '/expiresAt'));
    await expect(governance.recordOverride(await signed({ codes: ['DIGEST_MISMATCH'] }), ada)).rejects.toThrow(
      code('NOT_TURNABLE', '/codes/0'),
    );
    const soon = { issuedAt: '2026-11-21T11:01:00.000Z', expiresAt: '2026-11-21T12:00:00.000Z' };
    expect((await governance.recordOverride(await signed(soon), ada)).id).toBe('offline-1');
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
    expect((await full.requestWaiver(waiverInput({ environment: 'staging' }), ada)).state).toBeUndefined();
  });
});

describe('who may', () => {
  const acts: Readonly<Record<string, [Scope, (by: typeof ada) => Promise<unknown>]>> = {
    requestWaiver: ['waiver:request', (by) => governance.requestWaiver(waiverInput(), by)],
    approveWaiver: ['waiver:approve', (by) => governance.approveWaiver('E-0', 'approver', by)],
    createOverride: ['override:create', (by) => governance.createOverride(overrideInput(), by)],
    breakGlass: ['override:break-glass', (by) => governance.breakGlass(overrideInput({ author: 'x' }), by)],
    countersign: ['override:countersign', (by) => governance.countersign('E-0', by)],
    revoke: ['exception:revoke', (by) => governance.revoke('E-0', 'r', by)],
    list: ['exception:read', (by) => governance.list({}, by)],
  };

  it.each(Object.entries(acts))('%s asks for its scope', async (_name, [scope, act]) => {
    const others = everyScope.filter((one) => one !== scope);
    await expect(act(as('ada', { scopes: others }))).rejects.toThrow(code('FORBIDDEN'));
    const outcome = await act(as('ada', { scopes: [scope] })).catch((error: { code: string }) => error.code);
    expect(outcome).not.toBe('FORBIDDEN');
  });

  it('recordOverride asks for one of two scopes', async () => {
    await expect(governance.recordOverride({}, as('ada', { scopes: ['override:break-glass'] }))).rejects.toThrow(code('FORBIDDEN'));
    for (const scope of ['override:create', 'gate:ask'] as const)
      await expect(governance.recordOverride({}, as('ada', { scopes: [scope] }))).rejects.toThrow(code('BUNDLE_INVALID'));
  });

  it('nobody sees or touches what is another tenant’s, or of a service that is not granted', async () => {
    const { id } = await governance.requestWaiver(waiverInput(), ada);
    const made = await governance.breakGlass(overrideInput({ author: 'x' }), ada);
    for (const stranger of [as('eve', { tenant: 'globex' }), as('eve', { services: ['cart'] })]) {
      await expect(governance.approveWaiver(id, 'approver', stranger)).rejects.toThrow(code('EXCEPTION_NOT_FOUND'));
      await expect(governance.countersign(made.id, stranger)).rejects.toThrow(code('EXCEPTION_NOT_FOUND'));
      await expect(governance.revoke(id, 'r', stranger)).rejects.toThrow(code('EXCEPTION_NOT_FOUND'));
      expect(await governance.list({}, stranger)).toEqual([]);
    }
    for (const act of [governance.requestWaiver, governance.createOverride]) {
      const input = act === governance.requestWaiver ? waiverInput : overrideInput;
      await expect(act(input({ tenant: 'globex' }), ada)).rejects.toThrow(code('FORBIDDEN'));
      await expect(act(input(), as('eve', { services: ['cart'] }))).rejects.toThrow(code('FORBIDDEN'));
    }
    await expect(governance.list({ tenant: 'globex' }, ada)).rejects.toThrow(code('FORBIDDEN'));
    await expect(governance.list({ service: 'checkout' }, as('eve', { services: ['cart'] }))).rejects.toThrow(code('FORBIDDEN'));
    expect(await governance.exceptions({ ...question, tenant: 'globex' })).toEqual([]);
  });

  it('lists what waits or is in force, or all', async () => {
    const waiver = await governance.requestWaiver(waiverInput(), ada);
    office.now += 1;
    const made = await governance.createOverride(overrideInput({ environment: 'staging' }), ada);
    const ids = async (query: object, by = ada) => (await governance.list(query, by)).map(({ id }) => id);
    expect(await ids({})).toEqual([made.id, waiver.id]);
    expect(await ids({ first: 1 })).toEqual([made.id]);
    expect(await ids({ kind: 'waiver' })).toEqual([waiver.id]);
    expect(await ids({ environment: 'staging' })).toEqual([made.id]);
    expect(await ids({ service: 'checkout', tenant: 'acme' }, as('eve', { services: ['checkout'] }))).toEqual([made.id, waiver.id]);
    office.now += day;
    expect(await ids({})).toEqual([waiver.id]);
    expect(await ids({ ended: true })).toEqual([made.id, waiver.id]);
    await expect(governance.list({ first: 201, kind: 'wish', x: 1 }, ada)).rejects.toThrow(code('REQUEST_INVALID'));
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

  it('is nothing that was not signed as it stands', async () => {
    const record = await governance.createOverride(overrideInput(), ada);
    const { isVerified } = await import('../verify-exception.ts');
    const trust = {
      keySet: { version: 1, issuedAt: '', expiresAt: '', keys: [] as never[] },
      rules: office.rules,
      now: office.now,
    };
    expect(isVerified(record, trust)).toBe(false);
    expect(canonicalize(exceptionStatement(record))).toBe(canonicalize(statementIn(record.bundle)));
  });
});
