import { describe, expect, it } from 'vitest';
import type { Hold } from './hold.ts';
import { isOutage, readAnswer } from './read-answer.ts';

function held(status: number, text: string): unknown {
  try {
    readAnswer({ status, text });
  } catch (error) {
    return (error as Hold).reason;
  }
  throw new Error('was read');
}
const missing = (code: string, params: object) => ({ code, class: 'missing_proof', params });

describe('an HTTP answer', () => {
  it('is an outage from 500, at 429 and at 408', () => {
    expect([500, 503, 599, 429, 408].filter((status) => !isOutage({ status, text: '' }))).toEqual([]);
    expect([200, 302, 400, 401, 404, 407, 409, 428, 430, 499].filter((status) => isOutage({ status, text: '' }))).toEqual([]);
  });

  it('says by its status who has to act', () => {
    for (const status of [401, 403]) expect(held(status, '{}')).toEqual(missing('UNAUTHENTICATED', { status }));
    for (const status of [400, 402, 404, 499]) {
      expect(held(status, '{}')).toEqual(missing('QUESTION_REFUSED', { status, error: 'no error code' }));
    }
    for (const status of [201, 204, 302, 399, 500, 503]) {
      expect(held(status, '{}')).toEqual(missing('ANSWER_UNREADABLE', { cause: `HTTP ${status}` }));
    }
  });

  it('gives the error code of a refusal where it is one, and never other words', () => {
    const refusal = (code: string) => JSON.stringify({ error: { code, message: 'm', faults: [], requestId: 'r' } });
    const error = (text: string) => (held(400, text) as { params: { error: string } }).params.error;
    for (const code of ['INVALID_QUESTION', 'AB', 'A1', `A${'B'.repeat(63)}`]) expect(error(refusal(code))).toBe(code);
    for (const none of ['A', 'a_b', '_AB', '1AB', 'A B', ' AB', 'AB\n', 'AB!', `A${'B'.repeat(64)}`, ''])
      expect(error(refusal(none))).toBe('no error code');
    for (const text of ['', '<html>', 'null', '{"error":"INVALID_QUESTION"}']) expect(error(text)).toBe('no error code');
  });

  it('says what could not be read', () => {
    const causes: [string, string][] = [
      ['', 'an empty body'],
      ['<html>', 'no JSON'],
      ['{', 'no JSON'],
      ['null', 'an unknown verdict'],
      ['7', 'an unknown verdict'],
      ['{"verdict":"warn"}', 'an unknown verdict'],
      ['{"verdict":"pass"}', 'an unknown shape'],
    ];
    for (const [text, cause] of causes) expect(held(200, text)).toEqual(missing('ANSWER_UNREADABLE', { cause }));
  });
});
