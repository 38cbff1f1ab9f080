import { expect, it } from 'vitest';
import { startOciRegistry } from './oci-registry.ts';

it.each([
  [true, 200],
  [false, 404],
])('serves the Distribution API, the referrers API where it is asked to (%s → %i), and stops', async (referrers, status) => {
  const registry = await startOciRegistry({ referrers });
  const base = `http://${registry.host}/v2`;
  const type = 'application/vnd.oci.image.index.v1+json';
  const body = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] });
  expect((await fetch(`${base}/app/manifests/latest`, { method: 'PUT', headers: { 'content-type': type }, body })).status).toBe(201);
  expect((await fetch(`${base}/app/referrers/sha256:${'a'.repeat(64)}`)).status).toBe(status);
  await registry.stop();
  await expect(fetch(`${base}/`)).rejects.toThrow();
});

it('lets nobody in without the password', async () => {
  const account = { user: 'ci', password: 'a test password' };
  const registry = await startOciRegistry({ account });
  const ask = (password: string) =>
    fetch(`http://${registry.host}/v2/`, { headers: { authorization: `Basic ${Buffer.from(`ci:${password}`).toString('base64')}` } });
  expect([(await ask('')).status, (await ask('other')).status, (await ask(account.password)).status]).toEqual([401, 401, 200]);
  await registry.stop();
});
