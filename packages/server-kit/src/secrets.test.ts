// Guarantee 4: no secret leaves. Everything the server emits is searched for everything it was told in confidence.
import { generateKeyPairSync } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { expect, it } from 'vitest';
import { openSocket, readAll } from './fixtures/raw-socket.ts';
import { ids, sdl, tinyServer } from './fixtures/tiny-server.ts';

it('no token, key, cookie or password is in any log line, answer or metric, whatever goes wrong', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const jwt = new UnsecuredJWT({ marker: 'x' }).setIssuer('https://evil.test').encode();
  const secrets = {
    jwt,
    pem: pem.split('\n')[1] as string,
    cookie: 'session-c00kie-value',
    github: `ghp_${'a1B2'.repeat(9)}`,
    password: 'hunter2hunter2',
    basic: 'dXNlcjpodW50ZXIyaHVudGVyMg==',
  };
  const tiny = await tinyServer({
    graphql: { sdl, manifest: {} },
    modules: [
      {
        name: 'careless',
        routes(app, kit) {
          app.post('/careless', { config: { public: true } }, async (request) => {
            const { headers } = request;
            kit.log.info(
              {
                headers,
                nested: [{ deep: { refresh_token: secrets.jwt, note: `got ${secrets.jwt}` } }],
                jwk: { kty: 'OKP', d: secrets.password },
              },
              `body ${JSON.stringify(request.body)}`,
            );
            request.log.warn({ req: request, raw: request.raw, url: `postgres://mc:${secrets.password}@db/mc` }, pem);
            request.log
              .child({ authorization: headers.authorization, text: `Basic ${secrets.basic}` })
              .error(new Error(`cannot read ${pem}`, { cause: new Error(secrets.jwt) }), 'failed');
            throw Object.assign(new Error(`connect postgres://mc:${secrets.password}@db failed with Bearer ${secrets.jwt}`), {
              config: { password: secrets.password },
            });
          });
        },
      },
    ],
  });
  const emitted: string[] = [];
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${jwt}`,
    cookie: `sid=${secrets.cookie}`,
    'x-request-id': secrets.github,
  };
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(`${tiny.url}${path}`, { headers, ...init });
    emitted.push(await response.text(), JSON.stringify([...response.headers]));
  };
  await send('/careless', { method: 'POST', body: JSON.stringify({ pem, token: jwt, url: `https://u:${secrets.password}@h/` }) });
  await send(`/nowhere/${jwt}?access_token=${jwt}`, {});
  await send('/graphql', { method: 'POST', body: JSON.stringify({ id: ids.put, variables: { [jwt]: pem } }) });
  const valid = await tiny.bearer();
  await send('/graphql', {
    method: 'POST',
    headers: { ...headers, authorization: valid },
    body: JSON.stringify({ id: ids.put, variables: { input: { count: secrets.password } } }),
  });
  await send('/graphql', { method: 'POST', headers: { ...headers, authorization: valid }, body: `{"id": "${secrets.password}` });
  const socket = await openSocket(tiny.port);
  const raw = readAll(socket);
  socket.write(`GET / HTTP/1.1\r\nAuthorization: Bearer ${jwt}\r\nbroken ${secrets.password}\r\n\r\n`);
  emitted.push(await raw);
  await send('/metrics', {});
  await tiny.stop();

  const everything = [...emitted, ...tiny.lines].join('\n');
  for (const [name, secret] of Object.entries({
    ...secrets,
    valid: valid.slice('Bearer '.length),
    signature: valid.split('.')[2] as string,
  })) {
    expect(everything.includes(secret), name).toBe(false);
  }
  expect(everything).not.toContain('PRIVATE KEY');
  // Scrubbing must leave the lines readable: each is still JSON, and the story is still told.
  const lines = tiny.lines.map((line) => JSON.parse(line) as { msg: string; err?: { type: string } });
  expect(lines.filter(({ err }) => err?.type === 'Error').length).toBeGreaterThanOrEqual(2);
  expect(everything).toContain('[redacted]');
});
