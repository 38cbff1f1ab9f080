import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hold } from './hold.ts';
import type { HttpAnswer } from './http.ts';
import { persist } from './retry.ts';

vi.mock('node:timers/promises', async (original) => {
  const actual = await original<typeof import('node:timers/promises')>();
  return { ...actual, setTimeout: vi.fn(async (_ms: number, value: unknown) => value) };
});
const pauses = vi.mocked(pause);
const good = { status: 200, text: 'good' };
const unreachable = (cause?: string) => new Hold('MC_UNREACHABLE', cause === undefined ? {} : { cause });

let calls: AbortSignal[];
beforeEach(() => {
  calls = [];
});
afterEach(() => {
  pauses.mockClear();
});

/** Attempts that end so, in order; the last one again and again. */
function script(...ends: (HttpAnswer | Error)[]) {
  return async (signal: AbortSignal): Promise<HttpAnswer> => {
    calls.push(signal);
    const end = ends[Math.min(calls.length, ends.length) - 1];
    if (end === undefined || end instanceof Error) throw end ?? new Error('no end');
    return end;
  };
}

function persisting(attempt: (signal: AbortSignal) => Promise<HttpAnswer>, changes: { deadline?: AbortSignal; attemptMs?: number } = {}) {
  return persist(attempt, { deadline: new AbortController().signal, attemptMs: 60_000, totalMs: 8000, ...changes });
}

const reasonOf = async (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('was answered')),
    (error: Hold) => error.reason,
  );

describe('asking again', () => {
  it('ends with the first answer that is no outage, after pauses that double', async () => {
    const outage = { status: 503, text: '' };
    expect(await persisting(script(outage, unreachable('ECONNRESET'), outage, good))).toBe(good);
    expect(pauses.mock.calls.map(([ms]) => ms)).toEqual([200, 400, 800]);
    expect(new Set(calls).size).toBe(4);
  });

  it('does not end an attempt before its time', async () => {
    expect(await persisting(script(good))).toBe(good);
    expect(calls[0]?.aborted).toBe(false);
    expect(pauses).not.toHaveBeenCalled();
  });

  it('names at the deadline the last cause and the time that there was', async () => {
    const causes: [HttpAnswer | Error, string][] = [
      [{ status: 503, text: '' }, 'HTTP 503'],
      [unreachable('ECONNREFUSED'), 'ECONNREFUSED'],
      [unreachable(), 'unknown error'],
    ];
    for (const [end, cause] of causes) {
      pauses.mockRejectedValueOnce(new Error('aborted'));
      expect(await reasonOf(persisting(script(end)))).toEqual({
        code: 'MC_UNREACHABLE',
        class: 'missing_proof',
        params: { timeout: 8000, cause },
      });
    }
    expect(calls).toHaveLength(3);
  });

  it('rests no longer than the deadline', async () => {
    const { signal } = new AbortController();
    await persisting(script(unreachable('x'), good), { deadline: signal });
    expect(pauses.mock.calls[0]?.[2]).toEqual({ signal });
  });

  it('comes out at once with whatever is no outage', async () => {
    const hold = new Hold('ANSWER_UNREADABLE', { cause: 'too long' });
    await expect(persisting(script(hold))).rejects.toBe(hold);
    const fault = new TypeError('a fault of ours');
    await expect(persisting(script(fault))).rejects.toBe(fault);
    expect(pauses).not.toHaveBeenCalled();
  });

  it('gives up an attempt that does not listen to its signal, when its time is up and when the caller gives up', async () => {
    const deaf = (signal: AbortSignal) => {
      calls.push(signal);
      return calls.length === 1 ? new Promise<never>(() => undefined) : Promise.resolve(good);
    };
    expect(await persisting(deaf, { attemptMs: 1 })).toBe(good);
    pauses.mockRejectedValueOnce(new Error('aborted'));
    calls = [];
    expect((await reasonOf(persisting(deaf, { deadline: AbortSignal.abort() }))).params).toEqual({ timeout: 8000, cause: 'AbortError' });
    pauses.mockRejectedValueOnce(new Error('aborted'));
    calls = [];
    expect((await reasonOf(persisting(deaf, { attemptMs: 1 }))).params).toEqual({ timeout: 8000, cause: 'TimeoutError' });
  });

  it('names the end of the time, and not what a fetch makes of it', async () => {
    const rude = async (signal: AbortSignal): Promise<HttpAnswer> => {
      await new Promise((done) => signal.addEventListener('abort', done));
      throw unreachable('ECONNRESET');
    };
    pauses.mockRejectedValueOnce(new Error('aborted'));
    expect((await reasonOf(persisting(rude, { attemptMs: 1 }))).params['cause']).toBe('TimeoutError');
  });
});
