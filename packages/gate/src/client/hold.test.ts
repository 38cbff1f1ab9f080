import { expect, it } from 'vitest';
import { GateError } from '../gate-error.ts';
import { clientAnswer, holdAnswer } from './client-answer.ts';
import { causeOf, Hold, holdOf } from './hold.ts';

it('a hold keeps its reason; any other failure is one of ours, with its cause for the log', () => {
  const hold = new Hold('DECISION_FOREIGN', { field: 'stage' });
  expect(holdOf(hold)).toBe(hold);
  expect(hold.reason).toEqual({ code: 'DECISION_FOREIGN', class: 'missing_proof', params: { field: 'stage' } });
  const fault = new TypeError('secret words');
  expect(holdOf(fault)).toMatchObject({
    message: 'INTERNAL',
    cause: fault,
    reason: { code: 'INTERNAL', class: 'missing_proof', params: {} },
  });
});

it('what a person may read of an error is its code or its name, never its words', () => {
  expect(causeOf(new GateError('CONTENTION', 'words'))).toBe('CONTENTION');
  expect(causeOf(Object.assign(new Error('words'), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(causeOf(Object.assign(new TypeError('words'), { code: 7 }))).toBe('TypeError');
  for (const none of [undefined, null, 'words', 7, {}, { name: 7 }]) expect(causeOf(none)).toBe('unknown error');
});

it('an own hold is worded and has nothing of MC beside it', () => {
  expect(holdAnswer(new Hold('UNAUTHENTICATED', { status: 401 }))).toEqual({
    verdict: 'hold',
    exitCode: 3,
    source: 'client',
    reasons: [expect.objectContaining({ code: 'UNAUTHENTICATED', message: 'MC refused the credentials (HTTP 401).' })],
    warnings: [],
    decision: null,
    bundle: null,
    override: null,
    answer: null,
    retryAfterSeconds: null,
  });
});

it('an answer without a verified decision is a hold, whatever else is missing', () => {
  expect(clientAnswer('remembered', null, null)).toEqual({
    verdict: 'hold',
    exitCode: 3,
    source: 'remembered',
    reasons: [],
    warnings: [],
    decision: null,
    bundle: null,
    override: null,
    answer: null,
    retryAfterSeconds: null,
  });
});
