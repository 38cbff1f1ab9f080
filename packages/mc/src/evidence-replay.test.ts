import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey } from '@promotable/attest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

const build = `evidence build --service checkout --release A --release-digest sha256:${'a'.repeat(64)} --run 7 --key key.pem`;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-replay-'));
  const files = { 'key.pem': generateSigningKey('ecdsa-p256').privateKeyPem, token: 'abc.def.ghi' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(line: string) {
  const world = capturedIo({ cwd: folder });
  return { code: await runMc(line.split(' '), world), out: world.out(), err: world.err() };
}

describe('mc evidence replay', () => {
  it('lists what waits, without a token, and deletes what a person names', async () => {
    const built = await run(`${build} --out listed.json --json`);
    await run('evidence publish listed.json --url http://127.0.0.1:9 --token-file token --attempts 1 --spool listed.sqlite');
    const { statementDigest } = JSON.parse(built.out);
    const listed = await run('evidence replay --list --spool listed.sqlite --json');
    expect([listed.code, JSON.parse(listed.out)]).toMatchObject([
      3,
      { damaged: [], records: [{ statementDigest, state: 'waiting', failures: 0, refusal: null }] },
    ]);
    expect((await run('evidence replay --list --spool listed.sqlite')).out).toContain(statementDigest);
    const discard = `evidence replay --discard ${statementDigest} --spool listed.sqlite`;
    expect((await run(discard)).code).toBe(0);
    expect((await run(`${discard} --json`)).code).toBe(3);
    expect(await run('evidence replay --list --spool listed.sqlite')).toMatchObject({ code: 0, out: expect.stringContaining('empty') });
    expect((await run(`${discard} --list`)).code).toBe(2);
  });

  it.each(['oci://checkout', 'oci://ghcr.io/acme/checkout:1.0.0', 'oci://'])('refuses %s as the name of an image', async (spool) => {
    expect(await run(`evidence replay --list --spool ${spool} --json`)).toMatchObject({
      code: 2,
      out: expect.stringContaining('registry/repository@sha256:'),
    });
  });

  it('says which registry cannot be reached', async () => {
    expect(await run(`evidence replay --list --spool oci://127.0.0.1:2/checkout@sha256:${'a'.repeat(64)}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/SPOOL_UNAVAILABLE.*127\.0\.0\.1:2/),
    });
  });

  it('says what it could not send, how far it came, and holds while a damaged spool lies aside', async () => {
    const replay = 'evidence replay --url http://127.0.0.1:9 --token-file token --attempts 1 --spool aside.sqlite';
    await writeFile(join(folder, 'aside.sqlite'), Buffer.alloc(8192));
    const first = await run(`${replay} --json`);
    expect([first.code, JSON.parse(first.out)]).toMatchObject([
      3,
      { remaining: 0, damaged: [expect.stringContaining('aside.sqlite.damaged-')] },
    ]);
    await run(`${build} --out aside.json`);
    await run('evidence publish aside.json --url http://127.0.0.1:9 --token-file token --attempts 1 --spool aside.sqlite');
    const { code, out, err } = await run(replay);
    expect([code, out]).toEqual([3, expect.stringMatching(/1 remaining; stopped: MC_UNREACHABLE/)]);
    expect(err).toMatch(/mc: 1 of 1: kept [0-9a-f]{12}… \(MC_UNREACHABLE/);
    expect(err).toContain('the spool was damaged');
  });
});
