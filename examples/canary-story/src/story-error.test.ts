import { expect, it } from 'vitest';
import { exitCodeOfError, fileError, StoryError } from './story-error.ts';
import { WorldError } from './world/world-error.ts';

it('ends with 2 where the user can mend it', () => {
  for (const code of ['USAGE', 'NOT_WRITABLE', 'DISK_FULL', 'ALREADY_RUNNING'] as const)
    expect(exitCodeOfError(new StoryError(code, ''))).toBe(2);
  expect(exitCodeOfError(new StoryError('MC_NOT_STARTED', '', { status: 400 }))).toBe(2);
});

it('ends with 3 for everything else, which never looks like a verdict', () => {
  for (const error of [new StoryError('MC_NOT_STARTED', ''), new WorldError('PROCESS_ENDED', ''), new TypeError('a bug'), null])
    expect(exitCodeOfError(error)).toBe(3);
});

it('says that the disk is full, also where a tool said so in its own words', () => {
  const full = [
    Object.assign(new Error('write'), { code: 'ENOSPC' }),
    new WorldError('TOOL_FAILED', 'npm pack ended with 1: npm error code ENOSPC\nnpm error …'),
  ];
  for (const cause of full)
    expect(fileError('/data', cause)).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('/data') });
});

it('leaves any other error as it is', () => {
  const error = new TypeError('a bug');
  expect(fileError('/data', error)).toBe(error);
});
