import { generateSigningKey, localSigner } from '@promotable/attest';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { beforeEach, describe, expect, it } from 'vitest';
import { governanceModule, memoryGovernanceStore } from '../server.ts';
import { postgresGovernanceStore } from '../postgres.ts';
import { as, day, hour, overrideInput, startOfTime, waiverInput } from '../testing/office.ts';

let now = startOfTime;
let noted: string[];
let module: ReturnType<typeof governanceModule>;
beforeEach(() => {
  now = startOfTime;
  noted = [];
  module = governanceModule({
    store: memoryGovernanceStore(),
    transactor: memoryTransactor(),
    ledger: createMemoryLedger(),
    signer: localSigner(generateSigningKey('ed25519').privateKeyPem),
    keySet: () => ({ version: 1, issuedAt: '', expiresAt: '', keys: [] }),
    reasons: () => ({ class: 'waivable_breach', integrity: false }),
    limits: () => ({ waiverMaxMs: 30 * day, overrideMaxMs: 4 * hour, breakGlassMaxMs: 8 * hour, countersignWithinMs: day }),
    clock: { now: () => now },
  });
});

const by = (name: string) => ({
  principal: as(name).principal,
  traceId: 'trace',
  signal: new AbortController().signal,
  setProvenanceId: (id: string) => void noted.push(id),
});
type Name = keyof ReturnType<typeof governanceModule>['resolvers']['Mutation'];
const call = (name: Name, args: unknown, who = 'ada') => module.resolvers.Mutation[name](null, args as never, by(who));
const list = (args: unknown = {}) => module.resolvers.Query.exceptions(null, args, by('ada'));

describe('the GraphQL fields', () => {
  it('show a waiver from its request to its end', async () => {
    const asked = await call('requestWaiver', { input: waiverInput() });
    expect(asked).toMatchObject({
      kind: 'waiver',
      state: 'requested',
      issuedAt: null,
      missingRoles: ['approver'],
      countersignBy: null,
      bundle: null,
    });
    const granted = await call('approveWaiver', { id: asked.id, role: 'approver' }, 'bob');
    expect(granted).toMatchObject({
      state: 'in_force',
      issuedAt: '2026-11-21T11:00:00.000Z',
      expiresAt: '2026-12-01T11:00:00.000Z',
      missingRoles: [],
    });
    expect(granted.bundle).not.toBeNull();
    expect(granted.acts).toEqual([
      { type: 'waiver.requested', actor: 'https://login.test#ada', at: '2026-11-21T11:00:00.000Z', role: null, note: null },
      { type: 'waiver.approved', actor: 'https://login.test#bob', at: '2026-11-21T11:00:00.000Z', role: 'approver', note: null },
      { type: 'waiver.granted', actor: 'https://login.test#bob', at: '2026-11-21T11:00:00.000Z', role: null, note: null },
    ]);
    now += 10 * day;
    expect(await list()).toEqual([]);
    expect(await list({ ended: true })).toMatchObject([{ id: asked.id, state: 'expired' }]);
    expect(noted).toEqual([asked.id, asked.id]);
  });

  it('say until when break-glass must be countersigned, and no longer once it is', async () => {
    const broken = await call('breakGlass', { input: overrideInput({ author: 'https://login.test#bob' }) });
    expect(broken).toMatchObject({ kind: 'break_glass', countersignBy: '2026-11-22T11:00:00.000Z' });
    expect(await call('countersign', { id: broken.id }, 'eve')).toMatchObject({ countersignBy: null });
    expect(await call('revokeException', { id: broken.id, reason: 'done' })).toMatchObject({ state: 'revoked' });
  });

  it('ask for a scope each, but the one that a signature guards', async () => {
    expect(Object.keys(module.scopes).sort()).toEqual([
      'Mutation.approveWaiver',
      'Mutation.breakGlass',
      'Mutation.countersign',
      'Mutation.createOverride',
      'Mutation.requestWaiver',
      'Mutation.revokeException',
      'Query.exceptions',
    ]);
    expect(await call('createOverride', { input: overrideInput() })).toMatchObject({ state: 'in_force' });
    await expect(call('recordOverride', { bundle: {} })).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });
});

describe('a database', () => {
  const failing = (error: Error) => postgresGovernanceStore({ query: () => Promise.reject(error) });

  it('that is away is an outage that a caller may try again after; another fault stays what it is', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(failing(away).record('acme', 'E-1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, status: 503 });
    await expect(failing(new Error('syntax')).record('acme', 'E-1')).rejects.toThrow('syntax');
  });

  it('writes in no transaction of another store', async () => {
    const { insert } = failing(new Error('never asked'));
    await expect(memoryTransactor().transaction((tx) => insert({ digests: [] } as never, { tx }))).rejects.toMatchObject({
      code: 'CONFIGURATION',
    });
  });
});
