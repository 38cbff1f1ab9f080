// Who is told what of real decisions: real PostgreSQL, real receivers over HTTP, one MC that decides and another that helps to deliver.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { operationNamed } from './testing/mc-client.ts';
import { failingRelease, outcome, tell } from './testing/told-release.ts';

const minute = 60_000;
const routingKey = 'PLANTED0ROUTING0KEY0PLANTED0KEY0';
const webhookSecret = `whsec_${Buffer.alloc(24, 'planted-secret').toString('base64')}`;

interface Told {
  readonly path: string;
  readonly body: Record<string, never> & { text?: string; event_action?: string; dedup_key?: string; type?: string };
}

let receiver: Server;
let told: Told[];
/** What paths are answered; 200 unless said otherwise. */
const answers = new Map<string, number>();
let mc: RunningMc;

beforeAll(async () => {
  told = [];
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      const status = answers.get(path) ?? 200;
      if (status === 200) told.push({ path, body: JSON.parse(text) as Told['body'] });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  mc = await runMissionControl(undefined, {
    SLACK_WEBHOOK_URL: `${url}/slack/PLANTEDSLACK`,
    PAGERDUTY_ROUTING_KEY: routingKey,
    PAGERDUTY_URL: `${url}/pagerduty`,
    PROMOTABLE_WEBHOOK_URL: `${url}/hook`,
    PROMOTABLE_WEBHOOK_SECRET: webhookSecret,
    PROMOTABLE_PUBLIC_URL: 'https://mc.test',
  });
});
afterAll(async () => {
  await mc?.end();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const at = (path: string): Told[] => told.filter((one) => one.path.startsWith(path));
/** Waits for it, then forgets it. */
async function isTold(path: string, expected: readonly unknown[], what: (one: Told) => unknown): Promise<void> {
  await expect.poll(() => at(path).map(what), { timeout: 20_000 }).toEqual(expected);
  told = told.filter((one) => !one.path.startsWith(path));
}
const slackText = ({ body }: Told) => body.text;
const action = ({ body }: Told) => body.event_action;

async function override(digest: string): Promise<void> {
  const token = await mc.token({ issuedAt: Date.now() + mc.advance(0), scopes: ['override:create'] });
  const input = {
    ...{ service: 'checkout', environment: 'production', stages: ['20'], digests: [digest], codes: ['TESTS_FAILED'] },
    ...{ reason: 'a <!channel> of mine', ticket: 'INC-1', expiresAt: new Date(Date.now() + mc.advance(0) + 60 * minute).toISOString() },
  };
  const response = await fetch(`${mc.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: operationNamed('mutation CreateOverride('), variables: { input } }),
  });
  expect(response.status).toBe(200);
}

describe('people are told', () => {
  it('of a fail, of the override, and of the pass that it leads to, each once, however often a gate asks', async () => {
    const release = await failingRelease(mc, 'N1', 'a');
    for (let poll = 0; poll < 20; poll++) await release.ask();
    await isTold('/slack', ['❌ fail: checkout N1, production 20 %'], slackText);
    await isTold('/pagerduty', ['trigger'], action);
    await override(release.digest);
    for (let poll = 0; poll < 20; poll++) expect((await release.ask()).verdict).toBe('pass');
    await isTold('/slack', ['⚠️ override.created: checkout in production', '✅ pass: checkout N1, production 20 %'], slackText);
    await isTold('/pagerduty', ['resolve'], action);
    await isTold('/hook', ['promotable.fail', 'promotable.exception', 'promotable.pass'], ({ body }) => body.type);
  });

  it('of a hold after 5 minutes and by a page after 15, once', async () => {
    const release = tell(mc, 'N2', 'b');
    expect(outcome(await release.ask())[0]).toBe('hold');
    await release.build(0);
    expect(outcome(await release.ask())[0]).toBe('hold');
    mc.advance(5 * minute);
    await isTold('/slack', ['⏸ hold: checkout N2, production 20 %'], slackText);
    for (let poll = 0; poll < 20; poll++) await release.ask();
    mc.advance(10 * minute);
    await isTold('/pagerduty', ['trigger'], action);
    for (let poll = 0; poll < 20; poll++) await release.ask();
    await isTold('/hook', ['promotable.hold', 'promotable.long_hold'], ({ body }) => body.type);
    expect([at('/slack'), at('/pagerduty')]).toEqual([[], []]);
  });

  it('later, where their channel is away; decisions and the other channels do not wait for it', async () => {
    answers.set('/slack/PLANTEDSLACK', 503);
    answers.set('/hook', 410);
    const release = await failingRelease(mc, 'N3', 'c');
    expect((await release.ask()).verdict).toBe('fail');
    await isTold('/pagerduty', ['trigger'], action);
    const metric = async (name: string) => {
      const lines = (await (await fetch(`${mc.url}/metrics`)).text()).split('\n');
      return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
    };
    await expect.poll(() => metric('notifications_failed_total{channel="webhook",code="REFUSED"}'), { timeout: 20_000 }).toBe('1');
    await expect
      .poll(async () => Number(await metric('notifications_retried_total{channel="slack"}')), { timeout: 20_000 })
      .toBeGreaterThan(0);
    answers.clear();
    mc.advance(5 * minute);
    await isTold('/slack', ['❌ fail: checkout N3, production 20 %'], slackText);
  });
});

it('no secret of a channel is in the logs, the metrics or the database', async () => {
  const metrics = await (await fetch(`${mc.url}/metrics`)).text();
  const { rows } = await mc.database.pool.query<{ text: string }>(
    `SELECT coalesce(string_agg(o::text, ''), '') AS text FROM notify.outbox o`,
  );
  const said = mc.logged() + metrics + (rows[0]?.text ?? '');
  for (const secret of ['PLANTEDSLACK', routingKey, webhookSecret, webhookSecret.slice(6)]) expect(said).not.toContain(secret);
  expect(said).toContain('a notification was not delivered');
});
