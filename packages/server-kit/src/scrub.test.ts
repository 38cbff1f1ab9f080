import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scrub, scrubText } from './scrub.ts';

it('replaces by the name of the key at any depth and leaves names that only sound alike', () => {
  expect(
    scrub({
      Authorization: 'x',
      'set-cookie': ['a'],
      a: [{ apiKey: 'x', refresh_token: 'x', clientSecret: 'x', DB_PASSWORD: 'x', private_key: 'x' }],
      idempotencyKey: 'k',
      keyId: 'SHA256:abc',
      tokens_in: 5,
      publicKey: 'p',
      author: 'me',
    }),
  ).toEqual({
    Authorization: '[redacted]',
    'set-cookie': '[redacted]',
    a: [
      {
        apiKey: '[redacted]',
        refresh_token: '[redacted]',
        clientSecret: '[redacted]',
        DB_PASSWORD: '[redacted]',
        private_key: '[redacted]',
      },
    ],
    idempotencyKey: 'k',
    keyId: 'SHA256:abc',
    tokens_in: 5,
    publicKey: 'p',
    author: 'me',
  });
});

it('copes with cycles, depth, instances and bytes without logging what is inside', () => {
  const loop: Record<string, unknown> = {
    bytes: Buffer.from('secret'),
    when: new Date(0),
    map: new Map([['a', 'b']]),
    big: 10n,
    call: () => 1,
  };
  loop.self = loop;
  expect(scrub(loop)).toEqual({
    bytes: '[6 bytes]',
    when: '1970-01-01T00:00:00.000Z',
    map: '[Map]',
    big: '10',
    call: undefined,
    self: '[circular]',
  });
  let deep: unknown = 'end';
  for (let i = 0; i < 100; i += 1) deep = { deep };
  expect(JSON.stringify(scrub(deep))).toContain('[deep]');
});

it('keeps type, code, reason, stack and cause of an error', () => {
  const error = Object.assign(new TypeError('no Bearer abcdefgh12', { cause: new Error('root') }), { code: 'E1', reason: 'why' });
  expect(scrub(error)).toMatchObject({
    type: 'TypeError',
    code: 'E1',
    reason: 'why',
    message: 'no Bearer [redacted]',
    stack: expect.stringContaining('scrub.test'),
    cause: { type: 'Error', message: 'root' },
  });
});

it('leaves a JSON line with a secret in it valid JSON, wherever a PEM block ends or does not', () => {
  const ends = ['-----END PRIVATE KEY-----', '', '\\n', '"quoted"'];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...ends), fc.string(), (before, end, after) => {
      const line = JSON.stringify({ msg: `${before}-----BEGIN PRIVATE KEY-----\nMC4CAQ\n${end}${after}`, next: 'kept' });
      const clean = JSON.parse(scrubText(line)) as { msg: string; next: string };
      expect(clean.msg).not.toContain('MC4CAQ');
      expect(clean.next).toBe('kept');
    }),
  );
});
