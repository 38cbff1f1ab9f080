import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StartedService } from '../catalogue/service.ts';
import { askForPart, serveParts } from './run-socket.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-run-socket-'));
  path = join(directory, 'socket');
});

afterEach(() => rm(directory, { recursive: true }));

test('a part starts once, with the first who asks, however many ask, and no other part starts with it', async () => {
  const started: string[] = [];
  const close = await serveParts(path, async (name): Promise<StartedService> => {
    started.push(name);
    return { environment: { uri: `${name}://` }, stop: async () => undefined };
  });
  const answers = await Promise.all(['a', 'a', 'b', 'a'].map((name) => askForPart(path, name)));
  expect(answers).toEqual([{ uri: 'a://' }, { uri: 'a://' }, { uri: 'b://' }, { uri: 'a://' }]);
  expect(started.sort()).toEqual(['a', 'b']);
  await close();
});

test('a part that does not start tells everybody who asks why, and is not started again', async () => {
  let starts = 0;
  const close = await serveParts(path, () => {
    starts += 1;
    return Promise.reject(new Error('no Java here'));
  });
  for (let asked = 0; asked < 2; asked += 1) {
    await expect(askForPart(path, 'neo4j')).rejects.toMatchObject({ code: 'START_FAILED', message: 'no Java here' });
  }
  expect(starts).toBe(1);
  await close();
});

test('closing waits for the parts to stop, also for one that was still starting, and takes the socket away', async () => {
  const events: string[] = [];
  let finish = (): void => undefined;
  const starting = new Promise<void>((done) => (finish = done));
  let begun = (): void => undefined;
  const began = new Promise<void>((done) => (begun = done));
  const close = await serveParts(path, async () => {
    begun();
    await starting;
    return { environment: {}, stop: async () => void events.push('stopped') };
  });
  const asked = askForPart(path, 'slow').catch(() => undefined);
  await began;
  const closed = close().then(() => events.push('closed'));
  finish();
  await Promise.all([closed, asked]);
  expect(events).toEqual(['stopped', 'closed']);
  expect(await readdir(directory)).toEqual([]);
});
