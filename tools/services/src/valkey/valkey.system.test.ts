import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startValkey } from './valkey.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-valkey-test-'));
  // Whatever a start makes for itself it makes in here, where a test looks for what is left.
  process.env['TMPDIR'] = directory;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** A client that does not connect again by itself, and tells of a lost connection by its calls. */
function client(uri: string): Redis {
  const redis = new Redis(uri, { retryStrategy: () => null, maxRetriesPerRequest: 0, lazyConnect: true });
  redis.on('error', () => undefined);
  return redis;
}

test('it speaks the Redis protocol with streams and publish/subscribe, and asks for its password', async () => {
  const valkey = await startValkey();
  const [redis, subscriber] = [client(valkey.uri), client(valkey.uri)];
  await redis.set('k', 'v', 'PX', 60_000);
  expect(await redis.get('k')).toBe('v');
  await redis.xadd('s', '*', 'field', 'value');
  expect(await redis.xlen('s')).toBe(1);
  const heard = new Promise((done) => subscriber.on('message', (channel, message) => done([channel, message])));
  await subscriber.subscribe('c');
  await redis.publish('c', 'hello');
  expect(await heard).toEqual(['c', 'hello']);
  for (const each of [redis, subscriber]) each.disconnect();
  const stranger = client(valkey.uri.replace(/\/\/.*@/, '//'));
  await expect(stranger.get('k')).rejects.toThrow('NOAUTH');
  stranger.disconnect();
  await valkey.stop();
});

test('after stop nobody listens on its port, and its temporary directory is gone', async () => {
  const valkey = await startValkey();
  expect(await readdir(directory)).toHaveLength(1);
  await valkey.stop();
  expect(await readdir(directory)).toEqual([]);
  await expect(client(valkey.uri).connect()).rejects.toThrow(/closed|refused/i);
});

test('a data directory keeps every acknowledged write, also when the server is killed with SIGKILL', async () => {
  const dataDirectory = join(directory, 'kept');
  const first = await startValkey({ dataDirectory });
  const redis = client(first.uri);
  for (let n = 0; n < 100; n += 1) await redis.set(`k${n}`, n);
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  process.kill(pid, 'SIGKILL');
  await first.stop();
  const second = await startValkey({ dataDirectory });
  const again = client(second.uri);
  expect(await again.dbsize()).toBe(100);
  expect(await again.get('k99')).toBe('99');
  again.disconnect();
  await second.stop();
});
