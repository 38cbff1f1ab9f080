// Every notifier against a receiver over real HTTP: what arrives, what is made of its answers, and what never leaves.
import { createHmac, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotifyError, pagerDutyNotifier, slackNotifier, webhookNotifier, type Notifier } from './index.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';
import { decided, excepted, startOfTime } from './testing/samples.ts';

const clock = { now: () => startOfTime };
const routingKey = 'R0UTINGKEY0SECRET0R0UTINGKEY0SEC';
const secret = `whsec_${randomBytes(24).toString('base64')}`;
const never = new AbortController().signal;

let receiver: Receiver;
let notifiers: Record<'slack' | 'pagerduty' | 'webhook', Notifier>;

beforeEach(async () => {
  receiver = await startReceiver();
  notifiers = {
    slack: slackNotifier({ webhookUrl: `${receiver.url}/services/T0/B0/SLACKSECRET`, clock }),
    pagerduty: pagerDutyNotifier({ routingKey, url: `${receiver.url}/v2/enqueue`, clock }),
    webhook: webhookNotifier({ url: `${receiver.url}/hook?token=URLSECRET`, secret, clock }),
  };
});
afterEach(() => receiver.close());

const last = () => {
  const found = receiver.received.at(-1);
  if (found === undefined) throw new Error('nothing was received');
  return { ...found, json: JSON.parse(found.text) as Record<string, never> };
};

describe('Slack', () => {
  it('is told of a fail with release, stage, reasons, what to do, decision, runbook and trace', async () => {
    await notifiers.slack.notify(decided(), { signal: never });
    const { path, json, text } = last();
    expect(path).toBe('/services/T0/B0/SLACKSECRET');
    expect(json).toMatchObject({ text: '❌ fail: checkout 1.4.1, production 50 %', unfurl_links: false });
    for (const part of [
      '*P95_OVER_BUDGET* p95 is 431 ms',
      '_Find what is slower',
      '|decision>',
      '|runbook>',
      '4bf92f35',
      'sha256:aaaaaaaaaaaa',
    ])
      expect(text).toContain(part);
  });

  it.each([
    ['pass' as const, '✅ pass: checkout 1.4.1, production 50 %'],
    ['hold' as const, '⏸ hold: checkout 1.4.1, production 50 %'],
    ['long_hold' as const, '⏰ long hold: checkout 1.4.1, production 50 %'],
  ])('is told of a %s', async (kind, title) => {
    await notifiers.slack.notify(decided({ kind, heldSince: '2026-11-21T10:45:00.000Z', override: 'O-7' }), { signal: never });
    const { json, text } = last();
    expect(json).toMatchObject({ text: title });
    expect(text).toContain('override `O-7`');
  });

  it('is told of an override with who, why, ticket and end', async () => {
    await notifiers.slack.notify(excepted(), { signal: never });
    const { text } = last();
    for (const part of [
      'override.created: checkout in production',
      'https://login.test#alice',
      'a load test runs until noon',
      'INC-1042',
      '13:00:00',
    ])
      expect(text).toContain(part);
  });

  it('shows what others wrote as text: no mention, no link, no end of a code span', async () => {
    const message = 'a <!channel> b <https://evil.test|click> & `c`';
    const reasons = [{ code: 'TESTS_FAILED', class: 'breach' as const, message, fix: '<@U1>' }];
    await notifiers.slack.notify(decided({ reasons, traceId: 'x`<!here>`' }), { signal: never });
    await notifiers.slack.notify(excepted({ reason: message, ticket: '<!here>', actor: '`<@U1>`' }), { signal: never });
    for (const { text } of receiver.received) {
      expect(text).not.toMatch(/<[!@#]/);
      expect(text).not.toContain('<https://evil');
      expect(text).toMatch(/&lt;!channel&gt;|&lt;https:\/\/evil/);
    }
    expect(receiver.received[0]?.text).toContain("trace `x'&lt;!here&gt;'`");
  });

  it('takes the largest notification within the limits of Block Kit', async () => {
    const long = '&'.repeat(5000);
    const reasons = Array.from({ length: 200 }, () => ({ code: 'TESTS_FAILED', class: 'breach' as const, message: long, fix: long }));
    const subject = { ...decided().subject, releaseId: 'r'.repeat(128), service: 's'.repeat(128) };
    const digests = Array.from({ length: 256 }, () => `sha256:${'a'.repeat(64)}`);
    await notifiers.slack.notify(decided({ subject, digests, reasons, warnings: reasons, override: long }), { signal: never });
    const { blocks } = last().json as unknown as { blocks: { type: string; text?: { text: string }; elements?: { text: string }[] }[] };
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { text, elements } of blocks)
      for (const { text: said } of [text, ...(elements ?? [])].flatMap((one) => one ?? [])) expect(said.length).toBeLessThanOrEqual(3000);
    expect(blocks[0]?.text?.text.length).toBeLessThanOrEqual(150);
    expect(JSON.stringify(blocks)).toContain('and 195 more reasons');
  });
});

describe('PagerDuty', () => {
  it('is triggered by a fail, with what the person on call needs', async () => {
    receiver.answer = { status: 202 };
    await notifiers.pagerduty.notify(decided(), { signal: never });
    expect(last().json).toEqual({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^promotable\/[0-9a-f]{64}$/),
      payload: {
        summary: 'fail: checkout 1.4.1, production 50 %: P95_OVER_BUDGET',
        source: 'promotable/acme',
        severity: 'critical',
        timestamp: '2026-11-21T11:00:00.000Z',
        component: 'checkout',
        group: 'production',
        class: 'P95_OVER_BUDGET',
        custom_details: {
          release: '1.4.1',
          stage: '50',
          reasons: [{ code: 'P95_OVER_BUDGET', message: expect.any(String), fix: expect.any(String) }],
          warnings: [],
          digests: [`sha256:${'a'.repeat(64)}`],
          held_since: null,
          decision: decided().id,
          trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        },
      },
      links: [
        { href: decided().decisionUrl, text: 'decision' },
        { href: decided().runbookUrl, text: 'runbook' },
      ],
      client: 'promotable',
    });
  });

  it('has one incident per subject: a long hold, a fail and the pass that resolves it share a key, another stage has its own', async () => {
    const told = [decided({ kind: 'long_hold' }), decided(), decided({ kind: 'pass', verdict: 'pass', previousVerdict: 'fail' })];
    const other = decided({ subject: { ...decided().subject, stage: '20' } });
    for (const notification of [...told, other]) await notifiers.pagerduty.notify(notification, { signal: never });
    const events = receiver.received.map(({ text }) => JSON.parse(text) as { dedup_key: string; event_action: string });
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve', 'trigger']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(2);
    expect(events[3]?.dedup_key).not.toBe(events[0]?.dedup_key);
  });

  it('hears nothing of a short hold, of an exception, or of a pass after which nothing was open', async () => {
    for (const previousVerdict of [null, 'pass'] as const)
      await notifiers.pagerduty.notify(decided({ kind: 'pass', previousVerdict }), { signal: never });
    await notifiers.pagerduty.notify(decided({ kind: 'hold' }), { signal: never });
    await notifiers.pagerduty.notify(excepted(), { signal: never });
    expect(receiver.received).toEqual([]);
  });

  it('wakes nobody for an environment that it was not given', async () => {
    const notifier = pagerDutyNotifier({ routingKey, environments: ['production'], url: `${receiver.url}/v2/enqueue`, clock });
    await notifier.notify(decided({ subject: { ...decided().subject, environment: 'staging' } }), { signal: never });
    expect(receiver.received).toEqual([]);
    await notifier.notify(decided(), { signal: never });
    expect(receiver.received).toHaveLength(1);
  });

  it('gets a summary of at most 1024 characters', async () => {
    const reasons = Array.from({ length: 200 }, (_, index) => ({
      code: `CODE_${index}`,
      class: 'breach' as const,
      message: 'm',
      fix: 'f',
    }));
    await notifiers.pagerduty.notify(decided({ reasons }), { signal: never });
    const { payload } = last().json as unknown as { payload: { summary: string; custom_details: { reasons: unknown[] } } };
    expect([payload.summary.length, payload.custom_details.reasons.length]).toEqual([1024, 20]);
  });
});

describe('a webhook', () => {
  it('is signed as Standard Webhooks asks, over id, time and the bytes that arrive', async () => {
    await notifiers.webhook.notify(decided(), { signal: never });
    const { headers, text, json } = last();
    expect(json).toEqual({ type: 'promotable.fail', timestamp: decided().at, data: decided() });
    const id = `${decided().id}.fail`;
    const timestamp = String(startOfTime / 1000);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
    expect(headers).toMatchObject({ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${expected}` });
  });
});

describe.each(['slack', 'pagerduty', 'webhook'] as const)('what %s answers', (name) => {
  const outcome = async (signal = never): Promise<NotifyError | 'delivered'> => {
    try {
      await notifiers[name].notify(decided(), { signal });
      return 'delivered';
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error;
      return error;
    }
  };

  it.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
  ])('%i is a delivery', async (status, expected) => {
    receiver.answer = { status, body: '' };
    expect(await outcome()).toBe(expected);
  });

  it.each([
    [400, 'REFUSED', false, null],
    [401, 'REFUSED', false, null],
    [403, 'REFUSED', false, null],
    [404, 'REFUSED', false, null],
    [410, 'REFUSED', false, null],
    [408, 'UNREACHABLE', true, null],
    [429, 'RATE_LIMITED', true, null],
    [500, 'UNREACHABLE', true, null],
    [502, 'UNREACHABLE', true, null],
    [503, 'UNREACHABLE', true, null],
  ])('%i is %s', async (status, code, retryable, retryAfterMs) => {
    receiver.answer = { status };
    expect(await outcome()).toMatchObject({ code, retryable, retryAfterMs });
  });

  it.each([
    ['30', 30_000],
    [new Date(startOfTime + 45_000).toUTCString(), 45_000],
    [new Date(startOfTime - 45_000).toUTCString(), 0],
    ['999999', 3_600_000],
    ['soon', null],
  ])('Retry-After %s is kept', async (header, retryAfterMs) => {
    receiver.answer = { status: 429, headers: { 'retry-after': header } };
    expect(await outcome()).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs });
    receiver.answer = { status: 503, headers: { 'retry-after': header } };
    expect(await outcome()).toMatchObject({ code: retryAfterMs === null ? 'UNREACHABLE' : 'RATE_LIMITED', retryAfterMs });
  });

  it('a redirect is not followed', async () => {
    receiver.answer = { status: 302, headers: { location: `${receiver.url}/elsewhere` } };
    expect(await outcome()).toMatchObject({ code: 'UNREACHABLE' });
    expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('silence ends with the deadline, and a broken connection is an outage', async () => {
    receiver.answer = 'never';
    expect(await outcome(AbortSignal.timeout(50))).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    receiver.answer = 'reset';
    expect(await outcome()).toMatchObject({ code: 'UNREACHABLE', retryable: true });
  });

  it('no error says a secret, whatever goes wrong', async () => {
    const errors: unknown[] = [];
    for (const answer of [{ status: 400 }, { status: 500 }, { status: 302, headers: { location: '/x' } }, 'reset'] as const) {
      receiver.answer = answer;
      errors.push(await outcome());
    }
    await receiver.close();
    errors.push(await outcome());
    const said = inspect(errors, { depth: 9 }) + JSON.stringify(errors);
    for (const planted of ['SLACKSECRET', 'URLSECRET', routingKey, secret, '127.0.0.1']) expect(said).not.toContain(planted);
  });
});

describe('settings that make no sense are refused without being repeated', () => {
  it.each([
    ['a webhook of Slack', () => slackNotifier({ webhookUrl: 'SECRET', clock })],
    ['a URL of another kind', () => slackNotifier({ webhookUrl: 'file:///SECRET', clock })],
    ['a routing key', () => pagerDutyNotifier({ routingKey: 'SECRET!', clock })],
    ['a short routing key', () => pagerDutyNotifier({ routingKey: 'SECRET', clock })],
    [
      'a secret without its mark',
      () => webhookNotifier({ url: 'https://x.test', secret: Buffer.alloc(24, 'SECRET').toString('base64'), clock }),
    ],
    ['a short secret', () => webhookNotifier({ url: 'https://x.test', secret: 'whsec_SECRET', clock })],
  ])('%s', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIGURATION', message: expect.not.stringContaining('SECRET') as string }));
  });
});
