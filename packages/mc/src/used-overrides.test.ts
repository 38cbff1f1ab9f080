import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, localSigner, signStatement, statementDigestOf } from '@promotable/attest';
import { type Bundle, predicateTypes, statementType } from '@promotable/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import type { Connection } from './connection.ts';
import { keepUsed, recordUsed } from './used-overrides.ts';

const connection: Connection = { url: 'https://mc.test', token: async () => 'token', local: null };
const key = localSigner(generateSigningKey('ed25519').privateKeyPem);
const override = (id: string): Promise<Bundle> =>
  signStatement(
    { _type: statementType, subject: [{ digest: { sha256: 'a'.repeat(64) } }], predicateType: predicateTypes.override, predicate: { id } },
    key,
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promotable-used-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An MC that answers so, and what it was sent. */
function answering(status: number, body: unknown) {
  const sent: unknown[] = [];
  const io = capturedIo({
    fetch: async (_url, init) => {
      sent.push((JSON.parse(String(init?.body)) as { variables: unknown }).variables);
      return new Response(JSON.stringify(body), { status });
    },
  });
  return { io, sent };
}

it('keeps the override that was used, once, and no other', async () => {
  const [one, two] = [await override('one'), await override('two')];
  for (let time = 0; time < 2; time++) await keepUsed(folder, 'one', [two, one, 'no bundle', null]);
  expect(await readdir(folder)).toEqual([`${statementDigestOf(one)}.json`]);
});

it('tells MC of each, and keeps it no longer', async () => {
  const bundle = await override('one');
  await keepUsed(folder, 'one', [bundle]);
  const { io, sent } = answering(200, { data: { recordOverride: { id: 'one' } } });
  await recordUsed(folder, io, connection);
  expect([sent, await readdir(folder)]).toEqual([[{ bundle }], []]);
  expect(io.err()).toContain('MC was told of the override');
  await recordUsed(folder, io, connection);
  await recordUsed(join(folder, 'none'), io, connection);
  expect(sent).toHaveLength(1);
});

it('keeps what MC does not take, and says what to do', async () => {
  await keepUsed(folder, 'one', [await override('one')]);
  const refused = { errors: [{ message: 'no', extensions: { code: 'OVERRIDE_UNTRUSTED', faults: [] } }] };
  const { io } = answering(422, refused);
  await recordUsed(folder, io, connection);
  const away = capturedIo();
  await recordUsed(folder, away, connection);
  expect(await readdir(folder)).toHaveLength(1);
  expect(io.err()).toMatch(/OVERRIDE_UNTRUSTED: no Tell it by `mc override record`/);
  expect(away.err()).toContain('MC does not answer');
});

it('passes over what is damaged', async () => {
  await writeFile(join(folder, 'damaged.json'), '{');
  const { io, sent } = answering(200, {});
  await recordUsed(folder, io, connection);
  expect([sent, await readdir(folder)]).toEqual([[], ['damaged.json']]);
  expect(io.err()).toContain('damaged.json');
});
