import { beforeEach, describe, expect, it } from 'vitest';
import type { AskGateOptions } from '../client.ts';
import { json, code, lyingMc, type LyingMc, type Reply } from '../testing/lying-mc.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, minute, publishWindow } from '../testing/scenes.ts';
import { ask20 } from '../testing/world.ts';

replaysEveryDecision();

let mc: LyingMc;
beforeEach(async () => {
  mc = await lyingMc();
});

describe('a gate client', () => {
  it('believes a verified pass, fail and hold, with the exit codes 0, 1 and 3', async () => {
    expect(await mc.poll()).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'mc', retryAfterSeconds: 15 });
    await mc.passing();
    expect(await mc.poll()).toMatchObject({ verdict: 'pass', exitCode: 0, source: 'mc', reasons: [] });
    publishWindow(mc.world, ask20, { p95Ms: 900 });
    const failed = await mc.poll();
    expect(failed).toMatchObject({ verdict: 'fail', exitCode: 1, source: 'mc', answer: { measured: { p95Ms: 900 } } });
    expect(failed.decision?.reasons).toEqual(failed.reasons);
  });

  it('fetches the key set once while it is fresh', async () => {
    for (let turn = 0; turn < 3; turn++) await mc.poll();
    expect(mc.calls.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(1);
    mc.world.clock.advance(6 * minute);
    await mc.poll();
    expect(mc.calls.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(2);
  });

  it('words its own holds from the policy’s catalogue', async () => {
    mc.onQuestion = async () => json({}, 401);
    const answer = await mc.poll();
    expect(answer.reasons).toMatchObject([
      { code: 'UNAUTHENTICATED', class: 'missing_proof', message: 'MC refused the credentials (HTTP 401).' },
    ]);
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
    mc.onQuestion = async () => reply();
    const answer = await mc.poll();
    expect(answer).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'client', decision: null, bundle: null });
    expect(code(answer)).toBe(expected);
  });

  it('asks again after an outage, within its deadline', async () => {
    mc.onQuestion = async (attempt) => (attempt < 2 ? json({}, 503) : json(await ask(mc.world)));
    expect(await mc.poll({ totalMs: 5000 })).toMatchObject({ verdict: 'hold', source: 'mc' });
  });

  it('does not ask again after a refusal', async () => {
    mc.onQuestion = async () => json({}, 403);
    await mc.poll({ totalMs: 5000 });
    expect(mc.calls).toEqual(['/v1/gate/rollout']);
  });

  it('gives up when the caller does', async () => {
    mc.onQuestion = async () => 'never';
    expect(await mc.poll({ signal: AbortSignal.abort(), totalMs: 60_000, attemptMs: 60_000 })).toMatchObject({
      verdict: 'hold',
      exitCode: 3,
    });
  });
});

describe('an unsigned hold of MC', () => {
  it('is a hold with MC’s reasons, marked as unsigned', async () => {
    mc.world.outage = new Error('down');
    expect(await mc.poll()).toMatchObject({
      verdict: 'hold',
      exitCode: 3,
      source: 'unsigned',
      decision: null,
      reasons: [{ code: 'INTERNAL' }],
    });
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
    await expect(mc.poll(changes as Partial<AskGateOptions>)).rejects.toMatchObject({ code: expected, status: 400 });
    expect(mc.calls).toEqual([]);
  });
});
