import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256Hex } from '@promotable/attest';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegistryClient, type RegistryOptions } from './registry-client.ts';

const credentials = { user: 'ci', password: 'a test password' };
const bytes = Buffer.from('{"schemaVersion":2}');
const digest = `sha256:${sha256Hex(bytes)}`;
const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A registry of which only what a test asks for is there. */
async function registry(answer: (request: IncomingMessage, response: ServerResponse) => void, options: RegistryOptions = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'nobody'}`);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: createRegistryClient({ registry: host, repository: 'team/app' }, options), asked, host };
}

function withToken(request: IncomingMessage, response: ServerResponse): void {
  if (request.url?.startsWith('/token') === true) {
    response.end(JSON.stringify({ token: 'short-lived' }));
  } else if (request.headers.authorization === 'Bearer short-lived') {
    response.end(bytes);
  } else {
    const realm = `http://${request.headers.host}/token`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="r",scope="repository:team/app:pull"` }).end();
  }
}

describe('a registry', () => {
  it('is asked with a token of its realm, got once with the credentials', async () => {
    const { client, asked } = await registry(withToken, { credentials });
    expect((await client.manifest(digest))?.bytes).toEqual(bytes);
    await client.manifest(digest);
    const basic = `Basic ${Buffer.from('ci:a test password').toString('base64')}`;
    expect(asked).toEqual([
      `GET /v2/team/app/manifests/${digest} nobody`,
      `GET /token?service=r&scope=repository%3Ateam%2Fapp%3Apull ${basic}`,
      `GET /v2/team/app/manifests/${digest} Bearer short-lived`,
      `GET /v2/team/app/manifests/${digest} Bearer short-lived`,
    ]);
  });

  it.each([
    ['a challenge that is none', 'Digest realm="x"'],
    ['no realm', 'Bearer service="r"'],
    ['a realm of another kind', 'Bearer realm="file:///etc/passwd"'],
    ['a realm that answers no token', 'Bearer realm="http://127.0.0.1:2/token"'],
  ])('that asks by %s gets nothing', async (_, challenge) => {
    const { client, asked } = await registry((__, response) => response.writeHead(401, { 'www-authenticate': challenge }).end(), {
      credentials,
    });
    await expect(client.manifest(digest)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(asked.join()).not.toContain('Basic');
  });

  it('that refuses, fails, lies or says too much is an error that tells so', async () => {
    for (const [answer, message, retryable] of [
      [(_, response) => response.writeHead(403).end(), /403.*log in/, false],
      [(_, response) => response.writeHead(503).end(), /503/, true],
      [(_, response) => response.end('other bytes'), /other bytes than/, false],
      [(_, response) => response.end('x'.repeat(5000)), /more than 4096 bytes/, false],
      [(request) => request.socket.destroy(), /cannot be reached/, true],
    ] as [Parameters<typeof registry>[0], RegExp, boolean][]) {
      const { client } = await registry(answer, { maxAnswerBytes: 4096 });
      await expect(client.manifest(digest)).rejects.toMatchObject({
        code: 'REGISTRY_UNAVAILABLE',
        message: expect.stringMatching(message),
        retryable,
      });
    }
  });

  it('goes on where a listing says that there is more, at no other host', async () => {
    const { client } = await registry((_, response) =>
      response.writeHead(200, { link: '<https://elsewhere.example/v2/team/app/tags/list?last=b>; rel="next"' }).end('{"tags":["a","b"]}'),
    );
    expect(await client.page('tags/list')).toMatchObject({ next: '/v2/team/app/tags/list?last=b' });
  });
});
