import { CodedError } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../ledger-error.ts';
import { isConnectionError, storeError } from './store-error.ts';

const coded = (code: string) => Object.assign(new Error('from the driver'), { code });

describe('an error of the driver', () => {
  const states = ['57P01', '57P02', '57P03', '57P04', '57P05', '53300', '08000', '08006'];
  const sockets = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'];
  it.each([...states, ...sockets])('is about the connection by its code: %s', (code) => {
    const cause = coded(code);
    expect(isConnectionError(cause)).toBe(true);
    expect(storeError(cause)).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the database cannot be reached',
      retryable: true,
      status: 503,
      cause,
    });
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('is about the connection by its words, where it has no code: %s', (words) => expect(isConnectionError(new Error(words))).toBe(true));

  it.each<[string, unknown]>([
    ['a unique violation', coded('23505')],
    ['another state that looks alike', coded('57P06')],
    ['a state of six characters', coded('080061')],
    ['a state that begins otherwise', coded('x53300')],
    ['a code with the words of a broken connection', Object.assign(new Error('Connection terminated'), { code: '23505' })],
    ['words around those of a broken connection', new Error('no Connection terminated')],
    ['no error', { code: 'ECONNREFUSED' }],
    ['nothing', null],
    ['an error of ours', new CodedError('ECONNREFUSED', 'ours')],
    ['what was translated before', new LedgerError('STORE_UNAVAILABLE', 'Connection terminated')],
  ])('is left as it is: %s', (_title, error) => {
    expect(isConnectionError(error)).toBe(false);
    expect(storeError(error)).toBe(error);
  });
});
