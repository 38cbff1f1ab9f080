import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, localSigner, payloadOf, signStatement } from '@promotable/attest';
import type { Bundle, DecisionPredicate, GateAnswer, Statement } from '@promotable/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askGate, type AskGateOptions, type ClientAnswer, fileState, memoryState, type StateStore } from '../client.ts';
import { decisionStatement } from '../decision-statement.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage, minute, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, digestB, principal, type World } from '../testing/world.ts';

replaysEveryDecision();

type Reply = Response | Error | 'never';

let world: World;
let state: StateStore;
/** What MC says to a question; by default the truth. */
let onQuestion: (attempt: number) => Promise<Reply>;
let onKeys: () => Promise<Reply>;
let calls: string[];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(async () => {
  world = await createWorld();
  state = memoryState();
  calls = [];
  onQuestion = async () => json(await ask(world));
  onKeys = async () => json({ keySet: await world.keySetBundle(), jwks: { keys: [] } });
});

const lyingFetch: typeof fetch = async (input, init) => {
  const path = new URL(String(input)).pathname;
  calls.push(path);
  const reply = path.startsWith('/.well-known/') ? await onKeys() : await onQuestion(calls.filter((call) => call === path).length);
  if (reply instanceof Error) throw reply;
  if (reply === 'never') return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
  return reply;
};

function poll(changes: Partial<AskGateOptions> = {}): Promise<ClientAnswer> {
  return askGate({ url: 'https://mc.test', token: 'secret', question: ask20, trust: { rootPublicKey: world.keys.root.publicKeyPem }, state, clock: world.clock, fetch: lyingFetch, attemptMs: 50, totalMs: 120, ...changes });
}

/** The decision of an answer with changes, signed again by the gate's own key or another. */
async function resigned(answer: GateAnswer, changes: Partial<DecisionPredicate>, privateKeyPem = world.keys.decision.privateKeyPem): Promise<Bundle> {
  const { predicate } = JSON.parse(Buffer.from(payloadOf(answer.bundle as Bundle)).toString('utf8')) as { predicate: DecisionPredicate };
  return signStatement(decisionStatement({ ...predicate, ...changes }), localSigner(privateKeyPem));
}

async function passing(): Promise<GateAnswer> {
  await measuredStage(world);
  const answer = await ask(world);
  expect(answer.verdict).toBe('pass');
  return answer;
}

const code = ({ reasons }: ClientAnswer) => reasons[0]?.code;

describe('a gate client', () => {
  it('believes a verified pass, fail and hold, with the exit codes 0, 1 and 3', async () => {
    expect(await poll()).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'mc', retryAfterSeconds: 15 });
    await passing();
    expect(await poll()).toMatchObject({ verdict: 'pass', exitCode: 0, source: 'mc', reasons: [] });
    publishWindow(world, ask20, { p95Ms: 900 });
    const failed = await poll();
    expect(failed).toMatchObject({ verdict: 'fail', exitCode: 1, source: 'mc', answer: { measured: { p95Ms: 900 } } });
    expect(failed.decision?.reasons).toEqual(failed.reasons);
  });

  it('fetches the key set once while it is fresh', async () => {
    for (let turn = 0; turn < 3; turn++) await poll();
    expect(calls.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(1);
    world.clock.advance(6 * minute);
    await poll();
    expect(calls.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(2);
  });

  it('words its own holds from the policy’s catalogue', async () => {
    onQuestion = async () => json({}, 401);
    const answer = await poll();
    expect(answer.reasons).toMatchObject([{ code: 'UNAUTHENTICATED', class: 'missing_proof', message: 'MC refused the credentials (HTTP 401).' }]);
  });
});

describe('an answer that is none is a hold:', () => {
  const pass = { verdict: 'pass', ok: true };
  const replies: [string, () => Reply, string][] = [
    ['HTML with 200', () => new Response('<html>Sign in</html>', { status: 200 }), 'ANSWER_UNREADABLE'],
    ['an empty body', () => new Response('', { status: 200 }), 'ANSWER_UNREADABLE'],
    ['204', () => new Response(null, { status: 204 }), 'ANSWER_UNREADABLE'],
    ['JSON null', () => json(null), 'ANSWER_UNREADABLE'],
    ['a bare pass', () => json(pass), 'ANSWER_UNREADABLE'],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.test' } }), 'ANSWER_UNREADABLE'],
    ['500 that says pass', () => json(pass, 500), 'MC_UNREACHABLE'],
    ['503', () => json({}, 503), 'MC_UNREACHABLE'],
    ['429', () => json({}, 429), 'MC_UNREACHABLE'],
    ['401 that says pass', () => json(pass, 401), 'UNAUTHENTICATED'],
    ['403', () => json({}, 403), 'UNAUTHENTICATED'],
    ['400', () => json({ error: { code: 'INVALID_QUESTION', message: 'm', faults: [], requestId: 'r' } }, 400), 'QUESTION_REFUSED'],
    ['404 with HTML', () => new Response('<html>', { status: 404 }), 'QUESTION_REFUSED'],
    ['a broken connection', () => new TypeError('fetch failed'), 'MC_UNREACHABLE'],
    ['silence', () => 'never', 'MC_UNREACHABLE'],
    ['an endless body', () => new Response('x'.repeat(5 * 1024 * 1024)), 'ANSWER_UNREADABLE'],
  ];
  it.each(replies)('%s', async (_title, reply, expected) => {
    onQuestion = async () => reply();
    const answer = await poll();
    expect(answer).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'client', decision: null, bundle: null });
    expect(code(answer)).toBe(expected);
  });

  it('asks again after an outage, within its deadline', async () => {
    onQuestion = async (attempt) => (attempt < 2 ? json({}, 503) : json(await ask(world)));
    expect(await poll({ totalMs: 5000 })).toMatchObject({ verdict: 'hold', source: 'mc' });
  });

  it('does not ask again after a refusal', async () => {
    onQuestion = async () => json({}, 403);
    await poll({ totalMs: 5000 });
    expect(calls).toEqual(['/v1/gate/rollout']);
  });

  it('gives up when the caller does', async () => {
    onQuestion = async () => 'never';
    expect(await poll({ signal: AbortSignal.abort(), totalMs: 60_000, attemptMs: 60_000 })).toMatchObject({ verdict: 'hold', exitCode: 3 });
  });
});

describe('a decision that cannot be believed is a hold:', () => {
  const lies: [string, string, (truth: GateAnswer) => Promise<unknown>][] = [
    ['unsigned pass', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: null })],
    ['unsigned fail', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, verdict: 'fail', bundle: null })],
    ['unknown verdict', 'ANSWER_UNREADABLE', async (truth) => ({ ...truth, verdict: 'warn' })],
    ['a verdict other than the signed one', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { verdict: 'hold', validUntil: null, reasons: [{ code: 'STALE', class: 'missing_proof', params: {}, message: '', fix: '' }] }) })],
    ['a flipped bit in the payload', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: flipped(truth.bundle as Bundle) })],
    ['signed by an unlisted key', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, {}, generateSigningKey('ecdsa-p256').privateKeyPem) })],
    ['signed by the root', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, {}, world.keys.root.privateKeyPem) })],
    ['shadow mode', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, { mode: 'shadow' }) })],
    ['a pass that gives a reason against itself', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, { reasons: [{ code: 'STALE', class: 'missing_proof', params: {}, message: '', fix: '' }] }) })],
    ['a pass without an end', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, { validUntil: null }) })],
    ['an expired pass', 'DECISION_EXPIRED', async (truth) => ({ ...truth, bundle: await resigned(truth, { validUntil: new Date(world.clock.now()).toISOString() }) })],
    ['dated ahead', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await resigned(truth, { evaluatedAt: new Date(world.clock.now() + 2 * minute).toISOString() }) })],
    ['other digests', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { digests: [digestB] }) })],
    ['fewer digests', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { digests: [] }) })],
    ['another pod template', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { podTemplateHash: 'other' }) })],
    ...(['service', 'releaseId', 'environment'] as const).map((field): [string, string, (truth: GateAnswer) => Promise<unknown>] => [`another ${field}`, 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { subject: { ...subject, [field]: 'other' } }) })]),
    ['another stage', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { subject: { ...subject, stage: '50' } }) })],
    ['another kind', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await resigned(truth, { subject: { ...subject, kind: 'promotion' } }) })],
    ['subjects that are not the decision’s', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await withStatement(truth, (statement) => ({ ...statement, subject: statement.subject.slice(0, 1) })) })],
    ['another predicate type', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await withStatement(truth, (statement) => ({ ...statement, predicateType: 'https://promotable.dev/attestation/evidence/v1' })) })],
  ];
  const subject = { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', kind: 'rollout' as const, stage: '20' };

  it.each(lies)('%s', async (_title, expected, lie) => {
    const truth = await passing();
    onQuestion = async () => json(await lie(truth));
    const answer = await poll();
    expect(answer).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'client', decision: null });
    expect(code(answer)).toBe(expected);
  });

  it('another tenant’s, named or remembered', async () => {
    await measuredStage(world, ask20, {}, 'globex');
    const theirs = await ask(world, ask20, principal('globex'));
    await poll();
    onQuestion = async () => json(theirs);
    expect(code(await poll())).toBe('DECISION_FOREIGN');
    expect(code(await poll({ question: { ...ask20, tenant: 'acme' }, state: memoryState() }))).toBe('DECISION_FOREIGN');
  });

  it('an older one than the last one seen, also of an earlier epoch', async () => {
    const pass = await passing();
    expect((await poll()).verdict).toBe('pass');
    publishWindow(world, ask20, { p95Ms: 900 });
    expect((await poll()).verdict).toBe('fail');
    onQuestion = async () => json(pass);
    expect(code(await poll())).toBe('DECISION_OUTDATED');
    const earlier = await resigned(pass, { epoch: '01000000-0000-7000-8000-000000000000', revision: 99 });
    onQuestion = async () => json({ ...pass, bundle: earlier });
    expect(code(await poll())).toBe('DECISION_OUTDATED');
    const later = await resigned(pass, { epoch: 'ff000000-0000-7000-8000-000000000000', revision: 1 });
    onQuestion = async () => json({ ...pass, bundle: later });
    expect((await poll()).verdict).toBe('pass');
  });

  it('another one of the same revision', async () => {
    const pass = await passing();
    await poll();
    onQuestion = async () => json({ ...pass, bundle: await resigned(pass, { traceId: 'x' }) });
    expect(code(await poll())).toBe('DECISION_UNVERIFIED');
  });
});

describe('a key set that cannot be believed is a hold:', () => {
  it('one by another root', async () => {
    await passing();
    const other = generateSigningKey('ed25519');
    expect(code(await poll({ trust: { rootPublicKey: other.publicKeyPem } }))).toBe('DECISION_UNVERIFIED');
  });

  it('one older than the version pinned or seen', async () => {
    expect(code(await poll({ trust: { rootPublicKey: world.keys.root.publicKeyPem, minimumVersion: 2 } }))).toBe('DECISION_UNVERIFIED');
    onKeys = async () => json({ keySet: await world.keySetBundle(3) });
    expect((await poll()).source).toBe('mc');
    onKeys = async () => json({ keySet: await world.keySetBundle(2) });
    world.clock.advance(6 * minute);
    expect(code(await poll())).toBe('DECISION_UNVERIFIED');
  });

  it.each([['HTML', () => new Response('<html>')], ['nothing', () => json({})], ['404', () => json({}, 404)]])('%s in its place', async (_title, reply) => {
    onKeys = async () => reply();
    expect((await poll()).verdict).toBe('hold');
    expect((await poll()).source).toBe('client');
  });
});

describe('while MC is away', () => {
  const away = async () => new TypeError('fetch failed');

  it('a verified pass goes on for exactly its question, until it ends', async () => {
    await passing();
    await poll();
    onQuestion = away;
    onKeys = away;
    expect(await poll()).toMatchObject({ verdict: 'pass', exitCode: 0, source: 'remembered' });
    for (const other of [{ stage: '50' }, { podTemplateHash: 'other' }, { digests: [digestB] }, { releaseId: 'B' }]) expect(code(await poll({ question: { ...ask20, ...other } }))).toBe('MC_UNREACHABLE');
    world.clock.advance(5 * minute);
    expect(code(await poll())).toBe('MC_UNREACHABLE');
  });

  it('a pass ends on the monotonic clock although the wall clock stands still, and when the wall clock is set back', async () => {
    await passing();
    await poll();
    onQuestion = away;
    const wall = world.clock.now();
    world.clock.advance(6 * minute);
    world.clock.set(wall + 1);
    expect((await poll()).verdict).toBe('hold');
  });

  it('a pass that was followed by a fail is gone', async () => {
    await passing();
    await poll();
    publishWindow(world, ask20, { p95Ms: 900 });
    await poll();
    onQuestion = away;
    expect((await poll()).verdict).toBe('hold');
  });

  it('nothing bridges an answer that was refused or could not be read', async () => {
    await passing();
    await poll();
    for (const reply of [json({}, 401), new Response('<html>')]) {
      onQuestion = async () => reply.clone();
      expect((await poll()).verdict).toBe('hold');
    }
  });
});

describe('an unsigned hold of MC', () => {
  it('is a hold with MC’s reasons, marked as unsigned', async () => {
    world.outage = new Error('down');
    expect(await poll()).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'unsigned', decision: null, reasons: [{ code: 'INTERNAL' }] });
  });
});

describe('client state in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-state-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('outlives the process, is readable by its owner alone, and holds no token', async () => {
    const path = join(folder, 'deep', 'state.json');
    await passing();
    await poll({ state: fileState(path) });
    onQuestion = async () => new TypeError('fetch failed');
    expect((await poll({ state: fileState(path) })).source).toBe('remembered');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain('secret');
  });

  it('is refused when it is damaged, instead of forgetting what was seen', async () => {
    const path = join(folder, 'state.json');
    await writeFile(path, '{"version":1');
    await expect(poll({ state: fileState(path) })).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  });

  it('says so when it cannot be written', async () => {
    const path = join(folder, 'file', 'state.json');
    await writeFile(join(folder, 'file'), '');
    await expect(fileState(path).save({ version: 1, tenant: null, keySet: null, questions: {} })).rejects.toMatchObject({ code: 'STATE_NOT_WRITABLE' });
  });
});

describe('options that make no sense', () => {
  it.each([
    ['a bad root', { trust: { rootPublicKey: 'no key' } }, 'CONFIGURATION'],
    ['no root', { trust: { rootPublicKey: [] } }, 'CONFIGURATION'],
    ['a bad URL', { url: 'mc.test' }, 'CONFIGURATION'],
    ['no time', { totalMs: 0 }, 'CONFIGURATION'],
    ['a bad question', { question: { ...ask20, stage: '100' } }, 'INVALID_QUESTION'],
  ])('%s is refused before anything is asked', async (_title, changes, expected) => {
    await expect(poll(changes as Partial<AskGateOptions>)).rejects.toMatchObject({ code: expected, status: 400 });
    expect(calls).toEqual([]);
  });
});

function flipped(bundle: Bundle): Bundle {
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  payload[40] = (payload[40] as number) ^ 1;
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: payload.toString('base64') } };
}

async function withStatement(answer: GateAnswer, change: (statement: Statement) => Statement): Promise<Bundle> {
  const statement = JSON.parse(Buffer.from(payloadOf(answer.bundle as Bundle)).toString('utf8')) as Statement;
  return signStatement(change(statement), localSigner(world.keys.decision.privateKeyPem));
}
