import { generateSigningKey, localSigner, parseStrictJson, payloadOf, signStatement, statementDigestOf } from '@promotable/attest';
import { type Bundle, type Override, predicateTypes, type Statement } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { exceptionStatement, type ExceptionRecord } from '../index.ts';
import { as, digestA, hour, type Office, openOffice, startOfTime } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const [ada, bob] = [as('ada'), as('bob')] as const;
const question = { tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] };
const fact = async () => (await governance.exceptions(question))[0];
const statementIn = (bundle: Bundle | null): Statement => parseStrictJson(payloadOf(bundle as Bundle)) as Statement;
const code = (expected: string, path?: string) =>
  expect.objectContaining({ code: expected, ...(path === undefined ? {} : { faults: [expect.objectContaining({ path })] }) }) as Error;

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
      ...{ seals: {}, issuedAt: Date.parse(override.issuedAt), expiresAt: Date.parse(override.expiresAt) },
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
    // Dated back to before its key retired: the date is the signer's own word.
    office.standing = { notAfter: new Date(startOfTime).toISOString() };
    await expect(governance.recordOverride(bundle, ada)).rejects.toThrow(code('OVERRIDE_UNTRUSTED'));
    office.standing = { notAfter: new Date(startOfTime + 1).toISOString() };
    expect((await governance.recordOverride(bundle, ada)).id).toBe('offline-1');
  });

  it('that was on record before its key retired goes on counting, and one by a revoked key does not', async () => {
    await governance.recordOverride(await signed({ expiresAt: '2026-11-21T12:30:00.000Z' }), ada);
    office.now += hour;
    office.standing = { notAfter: new Date(startOfTime + 1).toISOString() };
    expect(await fact()).toMatchObject({ id: 'offline-1', verified: true });
    office.standing = { notAfter: new Date(startOfTime).toISOString() };
    expect(await fact()).toMatchObject({ id: 'offline-1', verified: false });
    office.standing = { revokedAt: new Date(startOfTime + 1).toISOString() };
    expect(await fact()).toMatchObject({ id: 'offline-1', verified: false });
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
