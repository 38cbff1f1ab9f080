// The commands of "Checking without us" in the README of attest are run as they stand there.
import { readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cosign, securesystemslib } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaseDirectory } from './case-directory.ts';
import { type Document, genuineDocuments } from './genuine.ts';
import { edited } from './tampering/tamper.ts';
import { runOffline } from './tools/offline.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../packages/attest/README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## Checking without us'), readme.indexOf('## Checking what others signed'));
const [withCosign = '', withPython = '', withSigstore = '', withOpenssl = '', edwardsLine = '', ...rest] = [
  ...section.matchAll(/```sh\n([\s\S]*?)```/g),
].map(([, commands = '']) => commands);
const lines = withOpenssl.trimEnd().split('\n');
const withOpensslEdwards = [...lines.slice(0, -1), edwardsLine].join('\n');

const directory = new CaseDirectory();
let path: string;
let p256: Document;
let ed25519: Document;

beforeAll(async () => {
  path = [dirname(await cosign()), dirname(await securesystemslib()), process.env['PATH']].join(delimiter);
  p256 = (await genuineDocuments('ecdsa-p256')).evidence;
  ed25519 = (await genuineDocuments('ed25519')).evidence;
  // Where a user's project would have the two packages.
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(directory.path, 'node_modules'));
}, 900_000);

afterAll(() => directory[Symbol.dispose]());

it('has five blocks, which are the ones that are run here', () => {
  expect([withCosign, withPython, withSigstore, withOpenssl].every((block) => block.split('\n').length > 2)).toBe(true);
  expect([edwardsLine.split(' ')[1], rest]).toEqual(['pkeyutl', []]);
});

describe.each([
  ['cosign', withCosign, () => p256],
  ['securesystemslib', withPython, () => p256],
  ['@sigstore/verify', withSigstore, () => p256],
  ['openssl', withOpenssl, () => p256],
  ['cosign, by Ed25519', withCosign, () => ed25519],
  ['securesystemslib, by Ed25519', withPython, () => ed25519],
  ['@sigstore/verify, by Ed25519', withSigstore, () => ed25519],
  ['openssl, by Ed25519', withOpensslEdwards, () => ed25519],
])('the commands for %s', (_title, commands, document) => {
  it('verify genuine evidence', async () => {
    const { code, stdout, stderr } = await shell(commands, document(), JSON.stringify(document().bundle));
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: expect.stringMatching(/verified/i) });
  });

  it('refuse what was changed since', async () => {
    const { bundle, sibling } = document();
    const swapped = edited(bundle, (_, envelope) => (envelope.payload = sibling.dsseEnvelope.payload));
    expect((await shell(commands, document(), swapped)).code).not.toBe(0);
  });
});

function shell(commands: string, document: Document, bundle: string) {
  const { directory: cwd } = directory.add(document, bundle);
  return runOffline('sh', ['-eu', '-c', commands], { cwd, environment: { PATH: path, HOME: cwd } });
}
