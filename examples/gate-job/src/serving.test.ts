// `mc gate serve` as a cluster has it: secrets that change, probes, metrics, logs, and an end that loses nothing.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdapterSettings, type RunningAdapter, startAdapter } from './testing/running-adapter.ts';
import { digest, sendJson, startUpstream, type Upstream } from './testing/upstream.ts';

const question = { service: 'checkout', releaseId: 'A', environment: 'production', stage: '20', digests: digest, podTemplateHash: 'abc' };

let upstream: Upstream;
let adapter: RunningAdapter | null;
beforeEach(async () => {
  upstream = await startUpstream();
  adapter = null;
});
afterEach(async () => {
  await adapter?.stop();
  await upstream.close();
});

async function start(settings: Partial<AdapterSettings> = {}): Promise<RunningAdapter> {
  adapter = await startAdapter({ mcUrl: upstream.url, rootPublicKeyPem: upstream.rootPublicKeyPem, ...settings });
  return adapter;
}

async function ask({ url }: RunningAdapter, changes: object = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/gate/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...question, ...changes }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const text = async (url: string, path: string) => (await fetch(`${url}${path}`)).text();

describe('secrets', () => {
  it('the token of MC is read anew for each question, and once more where it was refused', async () => {
    const running = await start();
    const seen: (string | undefined)[] = [];
    upstream.onQuestion = async (request, response, asked) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization !== 'Bearer second') {
        // The secret is replaced while the question is on its way.
        await writeFile(join(running.folder, 'token'), 'second');
        return sendJson(response, {}, 401);
      }
      sendJson(response, await upstream.answerTo(asked, 'pass'));
    };
    expect((await ask(running)).body).toMatchObject({ verdict: 'pass' });
    expect(seen).toEqual(['Bearer token-of-the-gate', 'Bearer second']);
  });

  it('a token that is gone is a hold, not an end, and readiness says so', async () => {
    const running = await start();
    await writeFile(join(running.folder, 'token'), '');
    expect(await ask(running)).toMatchObject({ status: 200, body: { verdict: 'hold', reasons: [{ code: 'INTERNAL' }] } });
    await expect.poll(async () => (await fetch(`${running.url}/readyz`)).status, { timeout: 10_000 }).toBe(503);
    await writeFile(join(running.folder, 'token'), 'third');
    expect((await ask(running)).body).toMatchObject({ verdict: 'pass' });
  });

  it('callers bring theirs where one is asked for, and it may change too', async () => {
    const running = await start({ args: ['--caller-token-file', 'root.pem'] });
    await writeFile(join(running.folder, 'root.pem'), 'of-callers');
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic of-callers' }] as Record<string, string>[])
      expect(await ask(running, {}, headers)).toMatchObject({ status: 401, body: { verdict: 'hold', error: { code: 'UNAUTHENTICATED' } } });
    expect((await ask(running, {}, { authorization: 'Bearer of-callers' })).body).toMatchObject({ verdict: 'pass' });
    await writeFile(join(running.folder, 'root.pem'), 'newer');
    expect((await ask(running, {}, { authorization: 'Bearer of-callers' })).status).toBe(401);
    await writeFile(join(running.folder, 'root.pem'), '');
    expect((await ask(running, {}, { authorization: 'Bearer ' })).status).toBe(401);
  });

  it('show in no log and no metric', async () => {
    const running = await start({ args: ['--log-level', 'debug'] });
    upstream.onQuestion = (_request, response) => sendJson(response, {}, 401);
    await ask(running, {}, { authorization: 'Bearer of-a-caller' });
    const shown = JSON.stringify(running.lines()) + (await text(running.url, '/metrics'));
    expect(shown).not.toMatch(/token-of-the-gate|of-a-caller/);
  });
});

describe('what it shows', () => {
  it('health and readiness do not depend on MC', async () => {
    const running = await start();
    upstream.onQuestion = (_request, response) => void response.destroy();
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  });

  it('metrics count verdicts when they change, answers each time, and who is held', async () => {
    const running = await start();
    upstream.onQuestion = async (_request, response, asked) => sendJson(response, await upstream.answerTo(asked, 'hold'));
    for (let poll = 0; poll < 3; poll++) await ask(running);
    await ask(running, { environment: 'a-word-of-a-caller' });
    const held = await text(running.url, '/metrics');
    expect(held).toContain('rollout_gate_hold_total{environment="production"} 1');
    expect(held).toContain('rollout_gate_hold_total{environment="other"} 1');
    expect(held).toContain('rollout_gate_answers_total{verdict="hold",source="mc"} 4');
    expect(held).toContain('rollout_gate_held{environment="production",level="waiting"} 1');
    expect(held).toContain('rollout_gate_reasons_total{environment="production",verdict="hold",code="PENDING"} 1');
    expect(held).not.toContain('a-word-of-a-caller');
    upstream.onQuestion = async (_request, response, asked) => sendJson(response, await upstream.answerTo(asked, 'pass'));
    await ask(running);
    const passed = await text(running.url, '/metrics');
    expect(passed).toContain('rollout_gate_pass_total{environment="production"} 1');
    expect(passed).toContain('rollout_gate_hold_seconds_count{environment="production"} 1');
    expect(passed).toContain('rollout_gate_held{environment="production",level="waiting"} 0');
    expect(passed).toContain('rollout_gate_duration_seconds_count{environment="production",verdict="pass"} 1');
  });

  it('a log line for each answer that is new, with the trace of the request', async () => {
    const running = await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (let poll = 0; poll < 3; poll++) await ask(running, {}, { traceparent });
    const lines = running.lines().filter(({ msg }) => msg === 'gate answered');
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ level: 'info', verdict: 'pass', source: 'mc', service: 'checkout', release: 'A', environment: 'production', stage: '20' },
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        decision_id: expect.any(String),
      }),
    ]);
  });
});

describe('its state', () => {
  it('outlives the process: a pass that was verified goes on while MC is away', async () => {
    const first = await start({ args: ['--state', 'state.json'] });
    expect((await ask(first)).body).toMatchObject({ verdict: 'pass', source: 'mc' });
    const state = await readFile(join(first.folder, 'state.json'), 'utf8');
    expect((await stat(join(first.folder, 'state.json'))).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await start({ args: ['--state', 'kept/state.json', '--timeout', '150ms'], prepare: { 'kept/state.json': state } });
    upstream.onQuestion = (_request, response) => void response.destroy();
    expect((await ask(second)).body).toMatchObject({ verdict: 'pass', source: 'remembered' });
    expect((await ask(second, { podTemplateHash: 'other' })).body).toMatchObject({ verdict: 'hold' });
  });

  it('that is damaged stops it at the start: it might hide what was seen', async () => {
    await expect(start({ args: ['--state', 'state.json'], prepare: { 'state.json': '{' } })).rejects.toThrow('STATE_UNREADABLE');
  });

  it('keeps what many questions learn at once', async () => {
    const running = await start({ args: ['--state', 'state.json'] });
    await Promise.all(Array.from({ length: 30 }, (_, index) => ask(running, { releaseId: `R${index}` })));
    const { questions } = JSON.parse(await readFile(join(running.folder, 'state.json'), 'utf8')) as { questions: object };
    expect(Object.keys(questions)).toHaveLength(30);
  });
});

describe('its end', () => {
  it('a question on its way is answered before the process ends, with exit code 0', async () => {
    const running = await start();
    let arrived: () => void = () => undefined;
    const onItsWay = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    upstream.onQuestion = async (_request, response, asked) => {
      arrived();
      await released;
      sendJson(response, await upstream.answerTo(asked, 'pass'));
    };
    const answer = ask(running);
    await onItsWay;
    const ended = running.stop();
    adapter = null;
    release();
    expect((await answer).body).toMatchObject({ verdict: 'pass' });
    expect(await ended).toBe(0);
    await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
  });
});
