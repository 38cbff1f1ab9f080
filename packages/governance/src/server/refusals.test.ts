// What a person reads who may not: code, status and words of each refusal.
import { localSigner, signStatement } from '@promotable/attest';
import type { Override } from '@promotable/contracts';
import { memoryTransactor } from '@promotable/ledger';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseApprovalRules } from '../index.ts';
import { overrideStatement } from '../exception-statement.ts';
import { memoryGovernanceStore } from '../server.ts';
import { as, digestA, digestB, hour, type Office, openOffice, overrideInput, startOfTime, waiverInput } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob, eve] = [as('ada'), as('bob'), as('eve')] as const;
const refused = (code: string, status: number, message: string) => ({ code, status, message, retryable: false });
const glass = (by = ada, author = bob.principal.id) => governance.breakGlass(overrideInput({ author }), by);

describe('an approval is refused', () => {
  it('of what is no waiver', async () => {
    const { id } = await governance.createOverride(overrideInput(), ada);
    await expect(governance.approveWaiver(id, 'approver', bob)).rejects.toMatchObject(
      refused('WRONG_STATE', 409, 'only waivers are approved'),
    );
  });

  it('by who asks or owns, by one person twice, in a role that is not wanted, and when it is too late', async () => {
    office.rules = {
      roles: { security: '*', platform: '*', finance: '*' },
      waivers: [{ codes: '*', environments: '*', roles: ['security', 'platform'] }],
    };
    const { id } = await governance.requestWaiver(waiverInput({ owner: eve.principal.id }), ada);
    const approve = (role: string, by: typeof ada) => governance.approveWaiver(id, role, by);
    const partial = refused('FOUR_EYES', 403, 'who asks for a waiver or owns it cannot approve it');
    await expect(approve('security', ada)).rejects.toMatchObject(partial);
    await expect(approve('security', eve)).rejects.toMatchObject(partial);
    await expect(approve('finance', bob)).rejects.toMatchObject(
      refused('WRONG_STATE', 409, 'it needs no approval of the role finance: still missing is platform, security'),
    );
    await approve('security', bob);
    await expect(approve('platform', bob)).rejects.toMatchObject(
      refused('FOUR_EYES', 403, 'you have approved it as security; another role is for somebody else'),
    );
    await approve('platform', as('carl'));
    await expect(approve('platform', as('dora'))).rejects.toMatchObject(refused('WRONG_STATE', 409, 'it is in force already'));
    const late = await governance.requestWaiver(waiverInput(), ada);
    await governance.revoke(late.id, 'not needed', ada);
    await expect(governance.approveWaiver(late.id, 'security', bob)).rejects.toMatchObject(refused('WRONG_STATE', 409, 'it is revoked'));
  });
});

describe('a countersignature is refused', () => {
  it('of what is no break-glass, by who takes part, and after somebody else, even of who broke the glass', async () => {
    const override = await governance.createOverride(overrideInput(), ada);
    await expect(governance.countersign(override.id, eve)).rejects.toMatchObject(
      refused('WRONG_STATE', 409, 'only break-glass is countersigned'),
    );
    const { id } = await glass();
    const partial = refused('FOUR_EYES', 403, 'who broke the glass, or wrote the change, cannot countersign it');
    for (const by of [ada, bob]) await expect(governance.countersign(id, by)).rejects.toMatchObject(partial);
    await governance.countersign(id, eve);
    const taken = refused('WRONG_STATE', 409, 'somebody else has countersigned it');
    for (const by of [ada, bob, as('carl')]) await expect(governance.countersign(id, by)).rejects.toMatchObject(taken);
  });

  it('and glass is broken neither by the author of the change nor without one', async () => {
    await expect(glass(bob)).rejects.toMatchObject(refused('FOUR_EYES', 403, 'the author of a change cannot break the glass for it'));
    await expect(governance.breakGlass(overrideInput(), ada)).rejects.toMatchObject({
      ...refused(
        'REQUEST_INVALID',
        400,
        'the request has faults: /author must name who wrote the change: break-glass is for somebody else',
      ),
      faults: [{ path: '/author', code: 'missing' }],
    });
    // An override is no break-glass: who wrote the change may make one.
    expect(await governance.createOverride(overrideInput({ author: ada.principal.id }), ada)).toMatchObject({
      kind: 'override',
      author: ada.principal.id,
      offline: false,
    });
  });
});

describe('a revocation', () => {
  it('is chained as what it revokes, with its words', async () => {
    const waiver = await governance.requestWaiver(waiverInput(), ada);
    const override = await governance.createOverride(overrideInput(), ada);
    const broken = await glass();
    for (const { id } of [waiver, override, broken]) await governance.revoke(id, '  done\n', eve);
    const listed = await governance.list({ ended: true }, ada);
    const last = Object.fromEntries(listed.map(({ id, acts }) => [id, [acts.at(-1)?.type, acts.at(-1)?.note]]));
    expect(last).toEqual({
      [waiver.id]: ['waiver.revoked', 'done'],
      [override.id]: ['override.revoked', 'done'],
      [broken.id]: ['break-glass.revoked', 'done'],
    });
  });

  it('is refused of what has expired, of what there is not, and without words or with too many', async () => {
    const { id } = await governance.createOverride(overrideInput(), ada);
    const words = { ...refused('REQUEST_INVALID', 400, 'the request has faults: /reason must be 1 to 4000 characters') };
    for (const reason of ['', ' \n', 'x'.repeat(4001)]) await expect(governance.revoke(id, reason, ada)).rejects.toMatchObject(words);
    await expect(governance.revoke('E-9', 'r', ada)).rejects.toMatchObject(
      refused('EXCEPTION_NOT_FOUND', 404, 'no such waiver or override'),
    );
    expect((await governance.revoke(id, 'x'.repeat(4000), ada)).revokedAt).toBe(startOfTime);
    const other = await governance.createOverride(overrideInput(), ada);
    office.now += 2 * hour;
    await expect(governance.revoke(other.id, 'r', ada)).rejects.toMatchObject(refused('WRONG_STATE', 409, 'it has expired'));
  });
});

describe('a request is refused', () => {
  it('for each reason that it may not turn, with the why', async () => {
    const codes = ['TESTS_FAILED', 'SBOM_EMPTY', 'NO_BASELINE', 'DIGEST_MISMATCH', 'NEVER_HEARD_OF'];
    const why = {
      DIGEST_MISMATCH: 'is about integrity and can be neither waived nor overridden',
      NEVER_HEARD_OF: 'is no reason of the policy',
      NO_BASELINE: 'is a note and stops nothing',
      SBOM_EMPTY: 'cannot be waived; only an override turns it',
    };
    const told = Object.entries(why).map(([code, text]) => `${code} ${text}`);
    const sorted = codes.toSorted();
    await expect(governance.requestWaiver(waiverInput({ codes }), ada)).rejects.toMatchObject({
      ...refused('NOT_TURNABLE', 422, told.join('; ')),
      faults: Object.keys(why).map((code) => ({ path: `/codes/${sorted.indexOf(code)}`, code: 'not_turnable' })),
    });
  });

  it('where it ends before it begins, or has an end that it may not have', async () => {
    const until = (ms: number) => overrideInput({ expiresAt: new Date(startOfTime + ms).toISOString() });
    await expect(governance.createOverride(until(0), ada)).rejects.toMatchObject({
      ...refused('REQUEST_INVALID', 400, 'the request has faults: /expiresAt must lie ahead'),
      faults: [{ path: '/expiresAt', code: 'past' }],
    });
    await expect(governance.createOverride(until(4.5 * hour), ada)).rejects.toMatchObject({
      ...refused('TOO_LONG', 422, 'it would live 4.5 h; the policy allows 4 h'),
      faults: [{ path: '/expiresAt', code: 'too_long', message: 'it would live 4.5 h; the policy allows 4 h' }],
    });
  });

  it('under a key that was used, and without a key to sign with', async () => {
    await governance.createOverride(overrideInput({ idempotencyKey: 'K' }), ada);
    await expect(governance.createOverride(overrideInput({ idempotencyKey: 'K', ticket: 'other' }), ada)).rejects.toMatchObject(
      refused('IDEMPOTENCY_CONFLICT', 422, 'this key was used for another request'),
    );
    const keyless = openOffice({ signer: null }).governance;
    await expect(keyless.createOverride(overrideInput(), ada)).rejects.toMatchObject(
      refused('CONFIGURATION', 501, 'this installation has no key for waivers and overrides'),
    );
  });

  it('with the words of the first fault, and rules too', () => {
    expect(() => parseApprovalRules({ roles: { 'No one': '*' }, waivers: [] })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^not approval rules: \/roles\/No one \S/) }),
    );
    const roles = (names: string[]) => ({ roles: {}, waivers: [{ codes: '*', environments: '*', roles: names }] });
    expect(() => parseApprovalRules(roles(['ghost']))).toThrow('not approval rules: /waivers/0/roles/0 is a role that nobody holds');
    expect(() => parseApprovalRules({ roles: { a: '*' }, waivers: [{ codes: ['STALE'], environments: '*', roles: ['a'] }] })).toThrow(
      'not approval rules: /waivers must have a rule for every code in every environment',
    );
  });
});

describe('an override signed elsewhere is refused', () => {
  const override = (changes: Partial<Override> = {}): Override => ({
    ...{ id: 'offline-1', kind: 'override', tenant: 'acme', service: 'checkout', environment: 'production', stages: ['20'], offline: true },
    ...{ digests: [digestA], codes: ['P95_OVER_BUDGET'], actor: 'https://login.test#officer', author: null, reason: 'MC was away' },
    ...{ ticket: 'INC-2', issuedAt: '2026-11-21T09:00:00.000Z', expiresAt: '2026-11-21T10:00:00.000Z', ...changes },
  });
  const recorded = async (value: Override, extra: readonly string[] = []) => {
    const statement = overrideStatement(value);
    const subject = [...statement.subject, ...extra.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } }))];
    return governance.recordOverride(await signStatement({ ...statement, subject }, localSigner(office.key.privateKeyPem)), ada);
  };

  it('with more digests than it lists, or fewer', async () => {
    const untrusted = refused('OVERRIDE_UNTRUSTED', 422, 'the statement is no override');
    await expect(recorded(override(), [digestB])).rejects.toMatchObject(untrusted);
    const statement = overrideStatement(override({ digests: [digestA, digestB] }));
    const short = { ...statement, subject: statement.subject.slice(0, 2) };
    await expect(governance.recordOverride(await signStatement(short, localSigner(office.key.privateKeyPem)), ada)).rejects.toMatchObject(
      untrusted,
    );
  });

  it('from the future, for too long, and by a key that does not count, each with its words', async () => {
    await expect(recorded(override({ issuedAt: '2026-11-21T11:02:00.000Z', expiresAt: '2026-11-21T12:00:00.000Z' }))).rejects.toMatchObject(
      refused('OVERRIDE_UNTRUSTED', 422, 'it was issued 120 s from now'),
    );
    await expect(recorded(override({ expiresAt: '2026-11-21T14:00:00.000Z' }))).rejects.toMatchObject(
      refused('TOO_LONG', 422, 'it would live 5 h; the policy allows 4 h'),
    );
    office.standing = { revokedAt: new Date(startOfTime).toISOString() };
    await expect(recorded(override())).rejects.toMatchObject(refused('OVERRIDE_UNTRUSTED', 422, `the key ${office.key.keyId} is revoked`));
    office.standing = {};
    expect(await recorded(override({ expiresAt: '2026-11-21T13:00:00.000Z' }))).toMatchObject({ id: 'offline-1', author: null, seals: {} });
  });

  it('as break-glass that names nobody, or hides whom it names; what it seals besides is known by its digest', async () => {
    const unnamed = refused('OVERRIDE_UNTRUSTED', 422, 'break-glass must name the author of the change in its statement');
    const hidden = { sha256: 'a'.repeat(64) };
    await expect(recorded(override({ kind: 'break_glass', author: hidden }))).rejects.toMatchObject(unnamed);
    await expect(recorded(override({ kind: 'break_glass' }))).rejects.toMatchObject(
      refused('OVERRIDE_UNTRUSTED', 422, 'the statement is no override'),
    );
    expect(await recorded(override({ kind: 'break_glass', author: 'https://login.test#bob', reason: hidden }))).toMatchObject({
      author: 'https://login.test#bob',
      reason: '[erased]',
      ticket: 'INC-2',
      seals: { reason: { sha256: hidden.sha256, salt: null } },
    });
    expect(
      await governance.exceptions({ tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] }),
    ).toMatchObject([{ id: 'offline-1', verified: true }]);
    expect(await recorded(override({ id: 'offline-2', author: hidden }))).toMatchObject({
      author: '[erased]',
      seals: { author: { salt: null } },
    });
  });
});

describe('a change that loses', () => {
  it('ten races in a row is given up, to be asked again', async () => {
    const store = memoryGovernanceStore();
    let lost = 0;
    const racing = openOffice({
      store: {
        ...store,
        async replace() {
          lost++;
          return false;
        },
      },
    });
    const { id } = await racing.governance.createOverride(overrideInput(), ada);
    await expect(racing.governance.revoke(id, 'r', ada)).rejects.toMatchObject({
      ...{ code: 'CONTENTION', status: 409, retryable: true, message: 'another writer came first 10 times' },
    });
    expect(lost).toBe(10);
    expect(racing.acts).toEqual(['override.created ada']);
  });

  it('one race is made on what the other wrote', async () => {
    const store = memoryGovernanceStore();
    let other: (() => Promise<void>) | null = null;
    const racing = openOffice({
      store: {
        ...store,
        async replace(...given) {
          const first = other;
          other = null;
          if (first !== null) await first();
          return store.replace(...given);
        },
      },
    });
    const { id } = await racing.governance.breakGlass(overrideInput({ author: bob.principal.id }), ada);
    other = async () => {
      const record = await store.record('acme', id);
      if (record === null) throw new Error('no record');
      await memoryTransactor().transaction(async (tx) => {
        await store.replace({ ...record, revision: 2, countersignedAt: startOfTime }, { tx });
      });
    };
    expect(await racing.governance.revoke(id, 'r', eve)).toMatchObject({
      revision: 3,
      countersignedAt: startOfTime,
      revokedAt: startOfTime,
    });
  });

  it('its caller is not signed: the signal goes down to the signer', async () => {
    const heard: unknown[] = [];
    const { key } = office;
    const { sign, ...signer } = localSigner(key.privateKeyPem);
    const listening = openOffice({
      signer: {
        ...signer,
        sign(bytes, options) {
          heard.push(options?.signal);
          return sign(bytes, options);
        },
      },
    });
    const { signal } = new AbortController();
    await listening.governance.createOverride(overrideInput(), { ...ada, signal });
    await listening.governance.createOverride(overrideInput(), ada);
    expect(heard).toEqual([signal, undefined]);
    await expect(listening.governance.createOverride(overrideInput(), { ...ada, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(listening.acts).toHaveLength(2);
  });
});
