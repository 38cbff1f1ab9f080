import { generateSigningKey } from '@promotable/attest';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

let folder: string;
const key = generateSigningKey('ed25519');
const person = 'jane.doe@example.com';
const failure = `mails ${person}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-redaction-'));
  const files = {
    'app.tgz': 'bytes',
    'key.pem': key.privateKeyPem,
    'key.pub': key.publicKeyPem,
    'auditor.key': `${Buffer.alloc(32, 3).toString('base64')}\n`,
    'other.key': `${Buffer.alloc(32, 4).toString('base64')}\n`,
    'rules.json': '{"paths": [{"path": "/subject/*/name", "rule": "artifact-names"}]}',
    'value.txt': `${person}\n`,
    'junit.xml': `<testsuite timestamp="2026-11-21T10:00:00Z"><testcase name="${failure}"><failure/></testcase><testcase name="adds"/></testsuite>`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});

afterAll(() => rm(folder, { recursive: true }));

async function run(line: string, env: Record<string, string> = {}) {
  const io = capturedIo({ cwd: folder, env });
  const code = await runMc(line.split(' '), io);
  return { code, out: io.out(), err: io.err() };
}

const build = 'evidence build --service checkout --release A --artifact app.tgz --junit junit.xml --run 7';
const redacting = '--redaction-rules rules.json --auditor-key auditor.key';
const failures = '/predicate/values/tests/failures/0';

describe('mc evidence build --dry-run', () => {
  it('shows each field as it would be signed and what was redacted, and signs and writes nothing', async () => {
    const before = await readdir(folder);
    const { code, out, err } = await run(`${build} ${redacting} --dry-run --show-redactions`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\/predicate\/values\/tests\/failures\/0 +mails \[redacted:email\] +email/);
    expect(out).toMatch(/\/subject\/0\/name +\[redacted:artifact-names\] +artifact-names/);
    expect(out).toMatch(/\/predicate\/values\/tests\/total +2\n/);
    expect(out).toContain("is neither signed nor written; 2 fields are redacted; what stood there can be proven with the auditor's key");
    expect(out).not.toContain(person);
    expect(await readdir(folder)).toEqual(before);
  });

  it('prints the statement as JSON, the very one that is signed afterwards', async () => {
    const preview = JSON.parse((await run(`${build} ${redacting} --dry-run --json`)).out);
    expect(preview).toMatchObject({ dryRun: true, redactions: [{ path: '/subject/0/name' }, { path: failures, rule: 'email' }] });
    const built = JSON.parse((await run(`${build} ${redacting} --key key.pem --out A.json --json`)).out);
    expect(built.statementDigest).toBe(preview.statementDigest);
  });

  it('says that nobody could prove what was redacted without a key, and that nothing is', async () => {
    expect((await run(`${build} --dry-run`)).out).toContain('1 field is redacted; what stood there cannot be proven: no --auditor-key');
    expect((await run(`${build.replace('--junit junit.xml ', '')} --dry-run`)).out).toContain('nothing is redacted');
  });

  it('refuses rules and keys that are none, and --show-redactions of what is signed', async () => {
    await writeFile(join(folder, 'wrong.json'), '{"off": ["jwt"]}');
    expect(await run(`${build} --dry-run --redaction-rules wrong.json`)).toMatchObject({ code: 2, err: expect.stringContaining('/off/0') });
    expect(await run(`${build} --dry-run --redaction-rules junit.xml`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('are no JSON'),
    });
    expect(await run(`${build} --dry-run --auditor-key app.tgz`)).toMatchObject({ code: 2, err: expect.stringContaining('32 bytes') });
    expect(await run(`${build} --show-redactions --key key.pem --out B.json`)).toMatchObject({ code: 2 });
  });
});

describe('mc evidence redactions verify', () => {
  const verify = 'evidence redactions verify A.json';

  it('proves what was taken out, or the whole text, by the key of the auditor alone', async () => {
    await run(`${build} --key key.pem --out A.json`, { MC_AUDITOR_KEY: 'auditor.key', MC_REDACTION_RULES: 'rules.json' });
    expect(await readFile(join(folder, 'A.json'), 'utf8')).not.toContain(person);
    const proven = await run(`${verify} --key auditor.key --value-file value.txt --signer key.pub --json`);
    expect(proven.code).toBe(0);
    expect(JSON.parse(proven.out)).toMatchObject({
      proven: [{ path: failures, rule: 'email', before: failure }],
      signature: `by ${key.keyId}`,
    });
    expect((await run(`${verify} --key other.key --value-file value.txt`)).code).toBe(1);
    expect(await run(`${verify} --key auditor.key --value john@example.com`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('not proven'),
    });
    expect((await run(`${verify} --key auditor.key --value app.tgz --path /subject/0/name`)).out).toMatch(/artifact-names +app\.tgz\n/);
  });

  it('refuses evidence that another key signed', async () => {
    await writeFile(join(folder, 'stranger.pub'), generateSigningKey('ed25519').publicKeyPem);
    expect(await run(`${verify} --key auditor.key --value x --signer stranger.pub`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('KEY_UNKNOWN'),
    });
    expect((await run(`${verify} --key auditor.key`)).code).toBe(2);
  });
});

describe('the signing key', () => {
  it('may be in the environment itself, of P-256 or Ed25519', async () => {
    for (const algorithm of ['ecdsa-p256', 'ed25519'] as const) {
      const pair = generateSigningKey(algorithm);
      const { code, out } = await run(`${build} --out env.json --json`, { MC_SIGNING_KEY: pair.privateKeyPem });
      expect([code, JSON.parse(out).keyId]).toEqual([0, pair.keyId]);
    }
  });
});
