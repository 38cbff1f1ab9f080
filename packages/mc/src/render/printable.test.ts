import { expect, it } from 'vitest';
import { CodedError } from '@promotable/contracts';
import { capturedIo } from '../captured-io.ts';
import { reportError } from '../report-error.ts';
import { renderVerdict } from './verdict.ts';

const evil = '\u001b]0;owned\u0007\u009b2J\r\u202egood';

it('what others wrote cannot steer the terminal', () => {
  const io = capturedIo();
  reportError(io, new CodedError('MC_REFUSED', `MC said\n${evil}`, { faults: [{ path: '/a', code: 'x', message: evil }] }), false);
  const reason = { code: 'STALE', class: 'missing_proof', params: {}, message: evil, fix: evil } as const;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
  const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  for (const text of [io.err(), renderVerdict('hold', [reason], [reason])]) {
    expect(text).not.toMatch(steering);
    expect(text).toContain('good');
  }
  expect(io.err().trimEnd().split('\n')).toHaveLength(2);
});
