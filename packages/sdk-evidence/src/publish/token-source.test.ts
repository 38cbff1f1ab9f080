import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedEvidence } from '../build/signed-evidence.ts';
import { plantedSecrets } from '../planted-secrets.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { accept, receiptOf, refusal, scriptedServer, text } from '../scripted-server.ts';
import { failureOf, publisherTo, token } from './publisher-under-test.ts';
import { tokenFromEnv, tokenFromFile } from './token-source.ts';

let evidence: SignedEvidence;
beforeAll(async () => {
  evidence = await sampleEvidence();
});

describe('tokens', () => {
  it('reads a mounted secret anew at each attempt, so that a rotated one is used', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'token-'));
    const path = join(directory, 'token');
    await writeFile(path, 'first-token\n');
    await using server = await scriptedServer(
      (_, response) => void writeFile(path, 'second-token\n').then(() => response.socket?.destroy()),
      accept(),
    );
    await publisherTo(server.url, { token: tokenFromFile(path) }).publish(evidence);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token']);
    await rm(directory, { recursive: true });
  });

  it.each([
    ['a variable that is not set', tokenFromEnv('MC_TOKEN', {})],
    ['a file that is not there', tokenFromFile('/no/such/token')],
    ['an empty token', async () => ' \n'],
    ['a token that would break the header', async () => 'first-half\r\nx-evil: 1'],
    ['a source that fails', () => Promise.reject(new Error('vault is sealed'))],
  ])('ends with TOKEN_UNREADABLE for %s and sends nothing', async (_, source) => {
    await using server = await scriptedServer(accept());
    const error = await failureOf(publisherTo(server.url, { token: source }).publish(evidence));
    expect(error).toMatchObject({ code: 'TOKEN_UNREADABLE', retryable: false });
    expect(error.message).not.toContain('first-half');
    expect(server.requests).toHaveLength(0);
  });

  it('reads the variable at each attempt', async () => {
    const env: Record<string, string> = { MC_TOKEN: 'first-token' };
    await using server = await scriptedServer((_, response) => {
      env['MC_TOKEN'] = 'second-token';
      response.socket?.destroy();
    }, accept());
    await publisherTo(server.url, { token: tokenFromEnv('MC_TOKEN', env) }).publish(evidence);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token']);
  });

  it('asks once for another token when MC does not take the one it has (401), and sends that at once', async () => {
    await using server = await scriptedServer(refusal(401, 'UNAUTHENTICATED'), accept());
    const asked: (boolean | undefined)[] = [];
    const { publish, heard } = publisherTo(server.url, {
      token: async ({ refresh }) => {
        asked.push(refresh);
        return refresh ? 'second-token' : 'first-token';
      },
    });
    expect(await publish(evidence)).toMatchObject({ outcome: 'accepted', attempts: 1 });
    expect(asked).toEqual([undefined, true]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token']);
    expect(heard.map(({ type }) => type)).toEqual(['attempt', 'accepted']);
  });

  it('does so once in a publish, whatever fails in between, and never sends a refused token again', async () => {
    await using server = await scriptedServer(refusal(401, 'UNAUTHENTICATED'), refusal(503, 'STORE_UNAVAILABLE'), refusal(401, 'X'));
    let given = 0;
    const refused = await failureOf(publisherTo(server.url, { token: async () => `token-${++given}` }).publish(evidence));
    expect(refused).toMatchObject({ code: 'PUBLISH_REFUSED', retryable: false });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-3']);
    await using same = await scriptedServer(refusal(401, 'UNAUTHENTICATED'), accept());
    expect((await failureOf(publisherTo(same.url).publish(evidence))).code).toBe('PUBLISH_REFUSED');
    expect(same.requests).toHaveLength(1);
  });

  it('refreshes nothing for a service that the token may not speak for (403)', async () => {
    await using server = await scriptedServer(refusal(403, 'FORBIDDEN'), accept());
    let given = 0;
    await failureOf(publisherTo(server.url, { token: async () => `token-${++given}` }).publish(evidence));
    expect([given, server.requests.length]).toEqual([1, 1]);
  });

  it.each(plantedSecrets)(
    'keeps its token and $what out of errors and events when a server sends them back',
    async ({ text: planted, secret }) => {
      const echo = `${planted} and ${token}`;
      for (const reply of [
        refusal(422, echo.slice(0, 120), { faults: [{ path: echo, code: echo, message: echo }], requestId: echo.slice(0, 120) }, {}, echo),
        refusal(401, 'UNAUTHENTICATED', {}, {}, echo),
        refusal(500, 'INTERNAL', {}, {}, echo),
        text(200, echo),
        accept((given) => ({ ...given, receipt: { ...receiptOf(evidence.statementDigest), idempotencyKey: token } })),
      ]) {
        await using server = await scriptedServer(reply);
        const { publish, heard } = publisherTo(server.url, { attempts: 2 });
        const error = await failureOf(publish(evidence));
        const all = JSON.stringify([error, error.message, error.stack, error.faults, error.cause, String(error.cause), heard]);
        expect(all).not.toContain(token);
        expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
      }
    },
  );
});
