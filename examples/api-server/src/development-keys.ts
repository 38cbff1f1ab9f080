// Keys of a local installation, made on the first start. Marked as such, so that no production start accepts them.
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createPublicKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  generateSigningKey,
  type KeySet,
  type KeyUse,
  localSigner,
  publicKeyFromPem,
  signKeySet,
  type SigningKeyPair,
  type TrustPolicy,
} from '@promotable/attest';
import type { Clock } from '@promotable/contracts';
import { localTenant } from './configuration.ts';
import { keyFiles } from './key-directory.ts';
import { onFiles, writeFileWhole } from './local-files.ts';

const dayMs = 86_400_000;
/** DESIGN's key set: valid for a week, replaced well before. */
const keySetValidMs = 7 * dayMs;
const keyValidMs = 365 * dayMs;
const uses = ['evidence', 'decision', 'checkpoint', 'token', 'override'] as const satisfies readonly KeyUse[];

/** Makes the keys unless they are there; of two processes that start at once, the first one's stay. */
export async function ensureDevelopmentKeys(directory: string, clock: Clock): Promise<void> {
  if (!(await isThere(directory))) await onFiles(directory, () => makeKeys(directory, clock));
  else if (await isThere(join(directory, keyFiles.developmentMark))) await onFiles(directory, () => ensureOverrideKey(directory, clock));
}

/** Keys that were made before waivers and overrides could be granted get that one too; of two processes at once, the first one's stays. */
async function ensureOverrideKey(directory: string, clock: Clock): Promise<void> {
  const path = join(directory, keyFiles.override);
  await writeFile(path, generateSigningKey('ecdsa-p256').privateKeyPem, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  const privateKeyPem = await readFile(path, 'utf8');
  const { keyId, algorithm } = localSigner(privateKeyPem);
  const { version, keys } = predicateOf(await readFile(join(directory, keyFiles.keySet), 'utf8'));
  if (keys.some((key) => key.keyId === keyId)) return;
  const publicKeyPem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  const added = entryOf('override', { keyId, algorithm, publicKeyPem, privateKeyPem }, clock);
  const root = localSigner(await readFile(join(directory, keyFiles.rootPrivate), 'utf8'));
  const keySet = { version: version + 1, ...validity(clock), keys: [...keys, added] };
  await writeFileWhole(join(directory, keyFiles.keySet), `${JSON.stringify(await signKeySet(keySet, root))}\n`, 0o644);
}

async function makeKeys(directory: string, clock: Clock): Promise<void> {
  const draft = `${directory}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await writeKeys(draft, clock);
    await chmod(draft, 0o700);
    await rename(draft, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Signs the key set anew, one version on, when less than six of its seven days are left. Answers whether it did. */
export async function renewDevelopmentKeySet(directory: string, clock: Clock): Promise<boolean> {
  const path = join(directory, keyFiles.keySet);
  const current = predicateOf(await readFile(path, 'utf8'));
  if (Date.parse(current.expiresAt) - clock.now() > keySetValidMs - dayMs) return false;
  const root = localSigner(await readFile(join(directory, keyFiles.rootPrivate), 'utf8'));
  await writeFileWhole(
    path,
    `${JSON.stringify(await signKeySet({ ...current, version: current.version + 1, ...validity(clock) }, root))}\n`,
    0o644,
  );
  return true;
}

async function writeKeys(directory: string, clock: Clock): Promise<void> {
  const root = generateSigningKey('ecdsa-p256');
  const pairs = uses.map((use) => ({ use, pair: generateSigningKey('ecdsa-p256') }));
  const keySet: KeySet = { version: 1, ...validity(clock), keys: pairs.map(({ use, pair }) => entryOf(use, pair, clock)) };
  const evidence = pairs[0]?.pair as SigningKeyPair;
  const trustPolicy: TrustPolicy = {
    signers: [{ keyId: evidence.keyId, tenant: localTenant, services: '*', checkpoints: ['build', 'stage'] }],
  };
  const secret = {
    [keyFiles.rootPrivate]: root.privateKeyPem,
    ...Object.fromEntries(pairs.map(({ use, pair }) => [keyFiles[use], pair.privateKeyPem])),
  };
  const open = {
    [keyFiles.root]: root.publicKeyPem,
    [keyFiles.keySet]: `${JSON.stringify(await signKeySet(keySet, localSigner(root.privateKeyPem)))}\n`,
    [keyFiles.trustPolicy]: `${JSON.stringify(trustPolicy, null, 2)}\n`,
    [keyFiles.developmentMark]: '{"madeFor":"development"}\n',
  };
  for (const [name, text] of Object.entries(secret)) await writeFile(join(directory, name), text, { mode: 0o600, flag: 'wx' });
  for (const [name, text] of Object.entries(open)) await writeFile(join(directory, name), text, { mode: 0o644, flag: 'wx' });
}

function entryOf(use: KeyUse, { keyId, algorithm, publicKeyPem }: SigningKeyPair, clock: Clock): KeySet['keys'][number] {
  const notBefore = clock.now() - 60_000;
  return {
    keyId,
    algorithm,
    publicKeyPem: publicKeyFromPem(publicKeyPem).publicKeyPem,
    use,
    notBefore: iso(notBefore),
    notAfter: iso(notBefore + keyValidMs),
    revokedAt: null,
  };
}

function validity(clock: Clock): Pick<KeySet, 'issuedAt' | 'expiresAt'> {
  return { issuedAt: iso(clock.now()), expiresAt: iso(clock.now() + keySetValidMs) };
}

/** Unverified: whoever reads it next verifies it against the root. */
function predicateOf(bundle: string): KeySet {
  const { dsseEnvelope } = JSON.parse(bundle) as { dsseEnvelope: { payload: string } };
  return (JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()) as { predicate: KeySet }).predicate;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
