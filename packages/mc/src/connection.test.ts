import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { connect, localConnection } from './connection.ts';

let folder: string;
let below: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-connection-'));
  below = join(folder, 'work', 'here');
  await mkdir(below, { recursive: true });
  await mkdir(join(folder, '.promotable'));
  await writeFile(join(folder, '.promotable', 'token'), 'local.token\n');
  await writeFile(
    join(folder, '.promotable', 'mc.json'),
    JSON.stringify({ url: 'http://127.0.0.1:4000', tokens: { reader: 'token' }, root: 'root.pub' }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

const io = (env: Record<string, string> = {}) => capturedIo({ cwd: below, env });

describe('the local connection', () => {
  it('is found in a folder above, and gives its token to the local MC', async () => {
    const { url, token } = await connect(io(), 'reader', {});
    expect([url, await token()]).toEqual(['http://127.0.0.1:4000', 'local.token']);
    expect(await (await connect(io(), 'reader', { url: 'http://127.0.0.1:4000/graphql/' })).token()).toBe('local.token');
  });

  it('gives its token to no other address, and an address no token of its own', async () => {
    for (const url of ['http://127.0.0.1:4001', 'https://127.0.0.1:4000', 'http://elsewhere.example']) {
      const connection = await connect(io(), 'reader', { url });
      await expect(connection.token()).rejects.toMatchObject({ code: 'CONFIGURATION' });
      expect(await (await connect(io({ MC_TOKEN: 'given' }), 'reader', { url })).token()).toBe('given');
    }
  });

  it('of another user is not believed unless it is named: it says whose signature counts', async () => {
    vi.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(process.getuid?.() === 4711 ? 4712 : 4711);
    await expect(localConnection(io())).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('--data') });
    expect(await localConnection(io(), join(folder, '.promotable'))).toMatchObject({ url: 'http://127.0.0.1:4000' });
  });

  it('does not exist in production', async () => {
    expect(await localConnection(io({ NODE_ENV: 'production' }))).toBeNull();
  });
});
