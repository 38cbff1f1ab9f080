// Whatever MC, or something in its place, answers the adapter: what the adapter answers, and what Argo makes of that by the shipped conditions.
import type { ServerResponse } from 'node:http';
import type { GateAnswer } from '@promotable/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holds, measure, type Measurement, shippedMetric } from './testing/argo.ts';
import { type RunningAdapter, startAdapter } from './testing/running-adapter.ts';
import { type Answer, type Changes, digest, otherDigest, sendJson, startUpstream, type Upstream } from './testing/upstream.ts';

let upstream: Upstream;
let adapter: RunningAdapter;
/** Gives up soon: for answers that never come. */
let impatient: RunningAdapter;

beforeAll(async () => {
  upstream = await startUpstream();
  const settings = { mcUrl: upstream.url, rootPublicKeyPem: upstream.rootPublicKeyPem };
  adapter = await startAdapter({ ...settings, args: ['--timeout', '30s', '--log-level', 'silent'] });
  impatient = await startAdapter({ ...settings, args: ['--timeout', '150ms', '--log-level', 'silent'] });
});
afterAll(async () => {
  await Promise.all([adapter.stop(), impatient.stop()]);
  await upstream.close();
});

const passing = { verdict: 'pass', ok: true, release: 'A', stage: '20' };
const raw =
  (status: number, body: string, type = 'text/html'): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);
const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) =>
    sendJson(response, body, status);
const signed =
  (verdict: 'pass' | 'fail' | 'hold', changes: Changes = {}): Answer =>
  async (_request, response, question) =>
    sendJson(response, await upstream.answerTo(question, verdict, changes));
/** The bundle of one answer inside of another. */
const altered =
  (change: (answer: GateAnswer) => unknown): Answer =>
  async (_request, response, question) =>
    sendJson(response, change(await upstream.answerTo(question, 'pass')));
const asHtml: Answer = async (request, response, question) =>
  raw(200, JSON.stringify(await upstream.answerTo(question, 'pass')))(request, response, question);
const elsewhere =
  (changes: Record<string, string>): Answer =>
  async (_request, response, question) =>
    sendJson(response, await upstream.answerTo({ ...question, ...changes }, 'pass'));
const cut = (response: ServerResponse): void => void response.socket?.resetAndDestroy();

const rows: readonly [string, Answer, 'pass' | 'fail' | 'hold', string | null][] = [
  ['a verified pass', signed('pass'), 'pass', null],
  ['a verified fail', signed('fail'), 'fail', 'P95_OVER_BUDGET'],
  ['a verified hold', signed('hold'), 'hold', 'PENDING'],
  ['HTML with 200', raw(200, '<html>Sign in</html>'), 'hold', 'ANSWER_UNREADABLE'],
  ['an empty body with 200', raw(200, ''), 'hold', 'ANSWER_UNREADABLE'],
  ['{}', json({}), 'hold', 'ANSWER_UNREADABLE'],
  ['null', json(null), 'hold', 'ANSWER_UNREADABLE'],
  ['a list', json([passing]), 'hold', 'ANSWER_UNREADABLE'],
  ['the word "pass" alone', json('pass'), 'hold', 'ANSWER_UNREADABLE'],
  ['a bare pass', json(passing), 'hold', 'ANSWER_UNREADABLE'],
  ['204', (_request, response) => void response.writeHead(204).end(), 'hold', 'ANSWER_UNREADABLE'],
  [
    'a redirect',
    (_request, response) => void response.writeHead(302, { location: 'https://login.example/' }).end(),
    'hold',
    'ANSWER_UNREADABLE',
  ],
  ['400', json({ error: { code: 'INVALID_QUESTION', message: 'm', faults: [], requestId: 'r' } }, 400), 'hold', 'QUESTION_REFUSED'],
  ['401 that says pass', json(passing, 401), 'hold', 'UNAUTHENTICATED'],
  ['403 that says pass', json(passing, 403), 'hold', 'UNAUTHENTICATED'],
  ['404', raw(404, 'not found'), 'hold', 'QUESTION_REFUSED'],
  ['429', json({}, 429), 'hold', 'MC_UNREACHABLE'],
  ['500 that says pass', json(passing, 500), 'hold', 'MC_UNREACHABLE'],
  ['503', json({}, 503), 'hold', 'MC_UNREACHABLE'],
  ['no answer in time', () => undefined, 'hold', 'MC_UNREACHABLE'],
  ['headers and then nothing', (_request, response) => void response.writeHead(200).write('{"verdict":"pass"'), 'hold', 'MC_UNREACHABLE'],
  ['a connection that is reset', (_request, response) => cut(response), 'hold', 'MC_UNREACHABLE'],
  [
    'a body that is cut short',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' });
      response.write('{"verdict":"pass"', () => cut(response));
    },
    'hold',
    'MC_UNREACHABLE',
  ],
  [
    'half of a true answer',
    async (request, response, question) => {
      const text = JSON.stringify(await upstream.answerTo(question, 'pass'));
      return raw(200, text.slice(0, text.length / 2), 'application/json')(request, response, question);
    },
    'hold',
    'ANSWER_UNREADABLE',
  ],
  ['an unknown verdict', altered((answer) => ({ ...answer, verdict: 'warn' })), 'hold', 'ANSWER_UNREADABLE'],
  ['a verdict in capitals', altered((answer) => ({ ...answer, verdict: 'PASS' })), 'hold', 'ANSWER_UNREADABLE'],
  ['no signature', altered((answer) => ({ ...answer, bundle: null })), 'hold', 'DECISION_UNVERIFIED'],
  ['fail on a pass that is signed', altered((answer) => ({ ...answer, verdict: 'fail' })), 'hold', 'DECISION_FOREIGN'],
  ['a key that is not listed', (...args) => signed('pass', { signedBy: upstream.stranger })(...args), 'hold', 'DECISION_UNVERIFIED'],
  [
    'a fail by a key that is not listed',
    (...args) => signed('fail', { signedBy: upstream.stranger })(...args),
    'hold',
    'DECISION_UNVERIFIED',
  ],
  ['a signature over other bytes', altered(flipped), 'hold', 'DECISION_UNVERIFIED'],
  ['another release', elsewhere({ releaseId: 'B' }), 'hold', 'DECISION_FOREIGN'],
  ['another service', elsewhere({ service: 'cart' }), 'hold', 'DECISION_FOREIGN'],
  ['another environment', elsewhere({ environment: 'staging' }), 'hold', 'DECISION_FOREIGN'],
  ['another stage', elsewhere({ stage: '50' }), 'hold', 'DECISION_FOREIGN'],
  ['another pod template', elsewhere({ podTemplateHash: 'other' }), 'hold', 'DECISION_FOREIGN'],
  ['other digests', signed('pass', { decision: { digests: [otherDigest] } }), 'hold', 'DECISION_FOREIGN'],
  ['a pass that has expired', signed('pass', { decision: { validUntil: at(-1) } }), 'hold', 'DECISION_EXPIRED'],
  ['a pass without an end', signed('pass', { decision: { validUntil: null } }), 'hold', 'DECISION_UNVERIFIED'],
  ['a decision of tomorrow', signed('pass', { decision: { evaluatedAt: at(86_400_000) } }), 'hold', 'DECISION_UNVERIFIED'],
  ['shadow mode', signed('pass', { decision: { mode: 'shadow' } }), 'hold', 'DECISION_UNVERIFIED'],
  [
    'a statement of another kind',
    signed('pass', { statement: (statement) => ({ ...statement, predicateType: 'https://promotable.dev/attestation/evidence/v1' }) }),
    'hold',
    'DECISION_UNVERIFIED',
  ],
  ['a bare pass as text/html', raw(200, JSON.stringify(passing)), 'hold', 'ANSWER_UNREADABLE'],
  ['a verified pass as text/html: the signature counts', asHtml, 'pass', null],
];

const phases: Record<'pass' | 'fail' | 'hold', Measurement> = { pass: 'Successful', fail: 'Failed', hold: 'Inconclusive' };

interface Measured {
  readonly phase: Measurement;
  readonly status: number | null;
  readonly verdict: string;
  readonly codes: readonly string[];
  readonly release: string;
  readonly stage: string;
}

/** What Argo sees: HTTP status, the answer's own words, and its own conclusion. */
async function ask(changes: Record<string, string> = {}, { url } = adapter): Promise<Measured> {
  const args = {
    service: 'checkout',
    'release-id': 'A',
    environment: 'production',
    stage: '20',
    images: `registry.example/checkout@${digest}`,
    'pod-template-hash': '6d4f9c7b58',
  };
  const { phase, value, status } = await measure(shippedMetric(), { ...args, ...changes }, url);
  const { verdict, reasons, release, stage } = value as { verdict: string; reasons: { code: string }[]; release: string; stage: string };
  return { phase, status, verdict, codes: reasons.map(({ code }) => code), release, stage };
}

describe('MC answers', () => {
  it.each(rows.map((row, index) => [...row, `A${index}`] as const))('%s', async (_title, onQuestion, verdict, code, releaseId) => {
    upstream.onQuestion = onQuestion;
    expect(await ask({ 'release-id': releaseId }, code === 'MC_UNREACHABLE' ? impatient : adapter)).toEqual({
      status: 200,
      verdict,
      codes: code === null ? [] : [code],
      phase: phases[verdict],
      release: releaseId,
      stage: '20',
    });
  });

  it('a revision older than one seen', async () => {
    upstream.onQuestion = signed('fail', { decision: { revision: 1000 } });
    expect(await ask()).toMatchObject({ verdict: 'fail', phase: 'Failed' });
    upstream.onQuestion = signed('pass', { decision: { revision: 999 } });
    expect(await ask()).toMatchObject({ status: 200, verdict: 'hold', codes: ['DECISION_OUTDATED'], phase: 'Inconclusive' });
  });
});

describe('MC is away', () => {
  it('a pass that was verified goes on for exactly its question, and for no other', async () => {
    const own = await startAdapter({
      mcUrl: upstream.url,
      rootPublicKeyPem: upstream.rootPublicKeyPem,
      args: ['--timeout', '2s', '--log-level', 'silent'],
    });
    try {
      upstream.onQuestion = signed('pass');
      expect((await ask({}, own)).phase).toBe('Successful');
      upstream.onQuestion = (_request, response) => cut(response);
      const others = [{ stage: '50' }, { 'pod-template-hash': 'other' }, { images: `checkout@${otherDigest}` }, { environment: 'staging' }];
      const [same, ...foreign] = await Promise.all([{}, ...others].map((changes) => ask(changes, own)));
      expect(same).toMatchObject({ verdict: 'pass', phase: 'Successful' });
      for (const answer of foreign) expect(answer).toMatchObject({ verdict: 'hold', codes: ['MC_UNREACHABLE'], phase: 'Inconclusive' });
    } finally {
      await own.stop();
    }
  });
});

describe('the template', () => {
  it('takes the whole answer, so that its conditions can bind verdict, release and stage', () => {
    const { successCondition, failureCondition } = shippedMetric();
    const judged = (result: unknown) => [successCondition, failureCondition].map((condition) => holds(filled(condition), result));
    const filled = (text: string) => text.replace('{{args.release-id}}', 'A').replace('{{args.stage}}', '20');
    expect(judged({ verdict: 'pass', release: 'A', stage: '20' })).toEqual([true, false]);
    expect(judged({ verdict: 'fail', release: 'A', stage: '20' })).toEqual([false, true]);
    for (const neither of [
      { verdict: 'hold' },
      { verdict: 'pass' },
      { verdict: 'pass', release: 'B', stage: '20' },
      { verdict: 'fail', release: 'A', stage: '50' },
      {},
      null,
      [],
      'pass',
      { verdict: ['pass'] },
    ])
      expect(judged(neither), JSON.stringify(neither)).toEqual([false, false]);
  });
});

describe('a question with faults', () => {
  it.each([
    ['an image that is not pinned', { images: 'registry.example/checkout:1.4.2' }, '/images/0'],
    ['a stage that there is not', { stage: '100' }, '/stage'],
    ['a release id out of bounds', { 'release-id': '../etc' }, '/releaseId'],
  ])('%s is 400 with its path, says hold, and is an error to Argo', async (_title, changes, path) => {
    const args = {
      service: 'checkout',
      'release-id': 'A',
      environment: 'production',
      stage: '20',
      images: '',
      'pod-template-hash': 'x',
      ...changes,
    };
    const { phase, status, value } = await measure(shippedMetric(), args, adapter.url);
    expect([phase, status]).toEqual(['Error', 400]);
    expect(JSON.parse(String(value))).toMatchObject({ verdict: 'hold', error: { code: 'INVALID_QUESTION', faults: [{ path }] } });
  });

  it.each([
    ['no JSON', { method: 'POST', body: '<xml/>', headers: { 'content-type': 'application/json' } }, 400],
    ['another content type', { method: 'POST', body: 'verdict=pass', headers: { 'content-type': 'text/plain' } }, 415],
    [
      'a body beyond 64 kB',
      { method: 'POST', body: JSON.stringify({ service: 'x'.repeat(70_000) }), headers: { 'content-type': 'application/json' } },
      413,
    ],
  ])('%s is refused and says hold', async (_title, init, status) => {
    const response = await fetch(`${adapter.url}/v1/gate/rollout`, init);
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ verdict: 'hold', error: expect.anything() }),
    ]);
  });
});

function at(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function flipped(answer: GateAnswer): GateAnswer {
  if (answer.bundle === null) throw new Error('not signed');
  const payload = Buffer.from(answer.bundle.dsseEnvelope.payload, 'base64').toString('utf8').replace('"pass"', '"fail"');
  const dsseEnvelope = { ...answer.bundle.dsseEnvelope, payload: Buffer.from(payload).toString('base64') };
  return { ...answer, bundle: { ...answer.bundle, dsseEnvelope } };
}
