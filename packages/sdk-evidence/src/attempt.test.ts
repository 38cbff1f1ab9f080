import { expect, it } from 'vitest';
import { attemptText, readAttempt } from './attempt.ts';

it('what is written is read', () => {
  expect(readAttempt(attemptText({ attempt: 3, elapsedSeconds: 12.5 }))).toEqual({ attempt: 3, elapsedSeconds: 12.5 });
});

it.each([undefined, '', '0;elapsed=1.000', '1000;elapsed=1.000', '2;elapsed=-1.000', '2;elapsed=1e9', '2', '2;elapsed=1.000;x'])(
  'nonsense is the first attempt, just begun: %j',
  (text) => {
    expect(readAttempt(text)).toEqual({ attempt: 1, elapsedSeconds: 0 });
  },
);
