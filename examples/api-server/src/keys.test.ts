// What rests on a key, asked from a terminal before it is revoked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateTraffic } from './testing/gate-traffic.ts';
import { mcIn } from './testing/mc-command.ts';
import { operationNamed } from './testing/mc-client.ts';
import { keyOffice, type KeyOffice } from './testing/key-office.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

interface Impact {
  readonly status: string;
  readonly use: string | null;
  readonly records: number;
  readonly releases: { readonly service: string; readonly releaseId: string; readonly records: number }[];
  readonly decisions: { readonly verdict: string; readonly signed: boolean }[];
  readonly more: boolean;
}

let mc: RunningMc;
let office: KeyOffice;
beforeAll(async () => {
  mc = await runMissionControl();
  office = keyOffice(mc.data, () => mc.advance(0) + Date.now());
  await gateTraffic(mc).day();
});
afterAll(() => mc.end());

async function impact(keyId: string): Promise<Impact> {
  const { code, out } = await mcIn(mc.data)(`keys impact ${keyId} --data ${mc.data} --json`);
  expect(code).toBe(0);
  return JSON.parse(out) as Impact;
}

describe('mc keys impact', () => {
  it('of a publisher’s key: its evidence, the releases, and the last decision of each stage that rests on them', async () => {
    const found = await impact(await office.inForce('evidence'));
    const { rows } = await mc.database.pool.query(
      "SELECT count(*)::int AS records FROM evidence.records WHERE tenant = 'local' AND signed",
    );
    expect(found).toMatchObject({ use: 'evidence', status: 'trusted', records: rows[0].records, more: false });
    expect(found.releases.length).toBeGreaterThan(1);
    expect(found.decisions.length).toBeGreaterThan(1);
    expect(found.decisions.every(({ signed }) => !signed)).toBe(true);
  });

  it('of MC’s own key: the last decision of every stage, and no evidence', async () => {
    const found = await impact(await office.inForce('decision'));
    const { rows } = await mc.database.pool.query(
      'SELECT count(*)::int AS stages FROM (SELECT DISTINCT service, release_id, environment, stage FROM gate.decisions) d',
    );
    expect(found).toMatchObject({ use: 'decision', records: 0, releases: [] });
    expect(found.decisions).toHaveLength(rows[0].stages);
    expect(found.decisions.every(({ signed }) => signed)).toBe(true);
  });

  it('of a key that nobody knows: nothing', async () => {
    const unknown = `SHA256:${'A'.repeat(43)}`;
    expect(await impact(unknown)).toEqual({
      keyId: unknown,
      use: null,
      status: 'unknown',
      records: 0,
      releases: [],
      decisions: [],
      more: false,
    });
    expect(await mcIn(mc.data)(`keys impact nonsense --data ${mc.data}`)).toMatchObject({ code: 2 });
  });

  it('is told to whoever may read evidence and decisions, of the own tenant and services alone', async () => {
    const keyId = await office.inForce('evidence');
    const ask = async (grant: object) => {
      const response = await fetch(`${mc.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await mc.token(grant)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: operationNamed('query KeyImpact('), variables: { keyId } }),
      });
      return { status: response.status, body: (await response.json()) as { data?: { keyImpact: Impact } } };
    };
    const read = ['evidence:read', 'decision:read'];
    expect((await ask({ scopes: ['evidence:read'] })).status).toBe(403);
    expect((await ask({ scopes: ['decision:read'] })).status).toBe(403);
    expect((await ask({ tenant: 'other', scopes: read })).body.data?.keyImpact).toMatchObject({ records: 0, releases: [], decisions: [] });
    expect((await ask({ services: ['payments'], scopes: read })).body.data?.keyImpact).toMatchObject({
      records: 0,
      releases: [],
      decisions: [],
    });
    expect((await ask({ services: ['checkout'], scopes: read })).body.data?.keyImpact.records).toBeGreaterThan(0);
  });
});

describe('mc keys list', () => {
  it('shows the keys that MC publishes, and how each stands', async () => {
    const { out, code } = await mcIn(mc.data)(`keys list --data ${mc.data}`);
    expect(code).toBe(0);
    for (const use of ['evidence', 'decision', 'checkpoint', 'token', 'override'])
      expect(out).toMatch(new RegExp(`SHA256:\\S+ +${use} +\\S+ +trusted`));
  });
});
