import { expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { guarded } from './spool-error.ts';

const failing = (fields: object) => guarded('/spool', () => Promise.reject(Object.assign(new Error('failed'), fields)));

it('calls a full disk SPOOL_FULL, whichever storage noticed it', async () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG'])
    await expect(failing({ code })).rejects.toMatchObject({ code: 'SPOOL_FULL', status: 507, retryable: false });
  await expect(failing({ code: 'ERR_SQLITE_ERROR', errstr: 'database or disk is full' })).rejects.toMatchObject({
    code: 'SPOOL_FULL',
    message: expect.stringContaining('/spool'),
  });
});

it('calls everything else SPOOL_UNAVAILABLE, says where and what, and leaves our own errors alone', async () => {
  await expect(failing({ code: 'EACCES' })).rejects.toMatchObject({
    code: 'SPOOL_UNAVAILABLE',
    message: 'the spool /spool cannot be used: EACCES',
  });
  await expect(failing({})).rejects.toMatchObject({ code: 'SPOOL_UNAVAILABLE', message: 'the spool /spool cannot be used: failed' });
  const own = new EvidenceError('SPOOL_FULL', 'no room');
  await expect(
    guarded('/spool', () => {
      throw own;
    }),
  ).rejects.toBe(own);
});
