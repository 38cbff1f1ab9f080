import { expect, it } from 'vitest';
import type { ClientAnswer } from '@promotable/gate/client';
import { watchGate } from './ask.ts';

const nothing = { source: 'mc', warnings: [], decision: null, bundle: null, override: null, answer: null, retryAfterSeconds: 0 } as const;
const hold = (code: string): ClientAnswer => ({
  ...nothing,
  verdict: 'hold',
  exitCode: 3,
  reasons: [{ code, class: 'missing_proof', params: {}, message: code, fix: '' }],
});
const pass: ClientAnswer = { ...nothing, verdict: 'pass', exitCode: 0, reasons: [] };

function setUp(answers: readonly ClientAnswer[]) {
  const left = [...answers];
  const told: string[] = [];
  const stop = new AbortController();
  const watched = watchGate({
    ask: async () => left.shift() ?? hold('PENDING'),
    onHold: ({ reasons }) => void told.push(reasons.map(({ code }) => code).join()),
    pollMs: 1,
    signal: stop.signal,
  });
  return { watched, told, stop, left };
}

it('asks until the answer is no hold, and tells each change of its reasons once', async () => {
  const { watched, told, left } = setUp([
    hold('PENDING'),
    hold('PENDING'),
    hold('MC_UNREACHABLE'),
    hold('MC_UNREACHABLE'),
    hold('PENDING'),
    pass,
    pass,
  ]);
  expect(await watched).toBe(pass);
  expect(told).toEqual(['PENDING', 'MC_UNREACHABLE', 'PENDING']);
  expect(left).toHaveLength(1);
});

it('stops asking when it is told to', async () => {
  const { watched, stop } = setUp([]);
  stop.abort();
  await expect(watched).rejects.toMatchObject({ name: 'AbortError' });
});
