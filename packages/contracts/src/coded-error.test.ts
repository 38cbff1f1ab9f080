import { describe, expect, it } from 'vitest';
import { CodedError, isCodedError } from './coded-error.ts';

class ExampleError extends CodedError<'EXAMPLE'> {}

describe('CodedError', () => {
  it('keeps code, cause, faults, status and whether a retry may help', () => {
    const cause = new Error('socket closed');
    const error = new ExampleError('EXAMPLE', 'the example failed', {
      cause,
      retryable: true,
      status: 422,
      faults: [{ path: '/a', code: 'x', message: 'y' }],
    });
    expect(error).toMatchObject({ name: 'ExampleError', code: 'EXAMPLE', retryable: true, status: 422, cause, faults: [{ path: '/a' }] });
  });

  it('is masked as 500 and not retried unless told otherwise', () => {
    expect(new ExampleError('EXAMPLE', 'm')).toMatchObject({ status: 500, retryable: false, faults: [] });
  });

  it('is recognised by its brand, also where the class is another copy', () => {
    expect(isCodedError(Object.assign(new Error('copy'), { [Symbol.for('promotable.dev/coded-error')]: true }))).toBe(true);
    expect(isCodedError(new Error('plain'))).toBe(false);
    expect(isCodedError(null)).toBe(false);
  });
});
