import type { Scope } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { as, day, digestA, everyScope, type Office, openOffice, overrideInput, waiverInput } from '../testing/office.ts';

let office: Office;
let governance: Office['governance'];
beforeEach(() => {
  office = openOffice();
  ({ governance } = office);
});

const ada = as('ada');
const question = { tenant: 'acme', service: 'checkout', environment: 'production', digests: [digestA] };
const code = (expected: string, path?: string) =>
  expect.objectContaining({ code: expected, ...(path === undefined ? {} : { faults: [expect.objectContaining({ path })] }) }) as Error;

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
