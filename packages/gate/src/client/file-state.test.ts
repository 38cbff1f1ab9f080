import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askGate, fileState } from '../client.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage } from '../testing/scenes.ts';
import { ask20, createWorld, type World } from '../testing/world.ts';

replaysEveryDecision();

describe('client state in a file', () => {
  let folder: string;
  let world: World;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-state-'));
    world = await createWorld();
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** One question by a process of its own; MC is up or away. */
  const poll = (path: string, isUp: boolean) => {
    const fetch: typeof globalThis.fetch = async (input) => {
      if (!isUp) throw new TypeError('fetch failed');
      return new Response(JSON.stringify(String(input).endsWith('keys.json') ? { keySet: await world.keySetBundle() } : await ask(world)));
    };
    return askGate({
      url: 'https://mc.test',
      token: 'secret',
      question: ask20,
      trust: { rootPublicKey: world.keys.root.publicKeyPem },
      state: fileState(path),
      clock: world.clock,
      fetch,
      attemptMs: 50,
      totalMs: 100,
    });
  };

  it('outlives the process, is readable by its owner alone, and holds no token', async () => {
    const path = join(folder, 'deep', 'state.json');
    await measuredStage(world);
    expect((await poll(path, true)).source).toBe('mc');
    expect((await poll(path, false)).source).toBe('remembered');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain('secret');
  });

  it('is refused when it is damaged, instead of forgetting what was seen', async () => {
    const path = join(folder, 'state.json');
    await writeFile(path, '{"version":1');
    await expect(poll(path, true)).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  });

  it('says so when it cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(poll(join(folder, 'file', 'state.json'), true)).rejects.toMatchObject({ code: expect.stringMatching(/^STATE_/) });
    await expect(
      fileState(join(folder, 'file', 'state.json')).save({ version: 1, tenant: null, keySet: null, questions: {} }),
    ).rejects.toMatchObject({ code: 'STATE_NOT_WRITABLE' });
  });
});
