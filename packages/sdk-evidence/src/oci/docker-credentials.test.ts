import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dockerCredentials } from './docker-credentials.ts';

it('finds what a login left, by the name of the registry, and nothing else', async () => {
  const home = await mkdtemp(join(tmpdir(), 'docker-'));
  await mkdir(join(home, '.docker'));
  const auth = Buffer.from('ci:pass:word').toString('base64');
  const config = { auths: { 'ghcr.io': { auth }, 'https://r.example/v2/': { auth }, 'helper.example': {}, 'odd.example': { auth: '%%' } } };
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify(config));
  const found = { user: 'ci', password: 'pass:word' };
  expect(await dockerCredentials('ghcr.io', { HOME: home })).toEqual(found);
  expect(await dockerCredentials('r.example', { DOCKER_CONFIG: join(home, '.docker') })).toEqual(found);
  for (const registry of ['helper.example', 'odd.example', 'other.example', 'toString'])
    expect(await dockerCredentials(registry, { HOME: home })).toBeNull();
  await writeFile(join(home, '.docker', 'config.json'), 'nonsense');
  expect(await dockerCredentials('ghcr.io', { HOME: home })).toBeNull();
  expect(await dockerCredentials('ghcr.io', { DOCKER_CONFIG: join(home, 'none') })).toBeNull();
  await rm(home, { recursive: true });
});
