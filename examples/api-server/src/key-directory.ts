// The keys of an installation: read from one directory, checked against the signed key set, read again while the server runs.
import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KeySet,
  type KeyUse,
  localSigner,
  parseTrustPolicy,
  resolveKey,
  type Signer,
  type TrustPolicy,
  verifyKeySet,
} from '@promotable/attest';
import type { Bundle, Clock } from '@promotable/contracts';
import type { TokenSigningKey } from '@promotable/server-kit';
import { ApiServerError } from './api-server-error.ts';

/** Names inside the directory; what only development has is marked. */
export const keyFiles = {
  root: 'root.pub',
  keySet: 'keyset.json',
  trustPolicy: 'trust-policy.json',
  decision: 'decision.pem',
  checkpoint: 'checkpoint.pem',
  token: 'token.pem',
  /** Signs waivers and overrides. */
  override: 'override.pem',
  /** Seals the console's cookies. */
  console: 'console.key',
  /** Development: the root's private key, the publisher's key, and the mark itself. */
  rootPrivate: 'root.pem',
  evidence: 'evidence.pem',
  developmentMark: 'development.json',
} as const;

/** What an operator replaces while the server runs. */
export interface TrustFiles {
  readonly keySet: KeySet;
  readonly keySetBundle: Bundle;
  readonly trustPolicy: TrustPolicy;
}

export interface KeyDirectory {
  readonly rootPublicKey: string;
  readonly decision: Signer;
  readonly checkpoint: Signer;
  /** Null where the installation issues no tokens of its own. */
  readonly token: TokenSigningKey | null;
  /** Null where the installation grants no waivers and overrides. */
  readonly override: Signer | null;
  /** As last read. */
  trust(): TrustFiles;
  /** Reads key set and trust policy anew; what is there stays where that fails. @throws {ApiServerError} `KEYS_UNUSABLE` */
  refresh(): Promise<void>;
}

export interface KeyDirectoryOptions {
  readonly directory: string;
  readonly production: boolean;
  readonly clock: Clock;
}

/** @throws {ApiServerError} `KEYS_UNUSABLE`, `DEVELOPMENT_ONLY` */
export async function openKeyDirectory({ directory, production, clock }: KeyDirectoryOptions): Promise<KeyDirectory> {
  if (production && (await exists(join(directory, keyFiles.developmentMark)))) {
    throw new ApiServerError(
      'DEVELOPMENT_ONLY',
      `The keys in ${directory} were made for development and are refused when NODE_ENV is production: make keys of your own and name their directory in PROMOTABLE_KEYS.`,
    );
  }
  const read = (name: string): Promise<string> => readKeyFile(join(directory, name));
  const rootPublicKey = await read(keyFiles.root);
  let current = await readTrust(read, rootPublicKey, 0, clock);
  const signer = async (name: string, use: KeyUse): Promise<Signer> => {
    const found = await usable(join(directory, name), async () => localSigner(await read(name)));
    const { status } = resolveKey(current.keySet, found.keyId, { use, at: clock.now() });
    if (status !== 'trusted') throw unusable(join(directory, name), `the key set lists it as ${status} for the use ${use}`);
    return found;
  };
  const optional = async (name: string, use: KeyUse): Promise<Signer | null> =>
    (await exists(join(directory, name))) ? signer(name, use) : null;
  const token = await optional(keyFiles.token, 'token');
  return {
    rootPublicKey,
    decision: await signer(keyFiles.decision, 'decision'),
    checkpoint: await signer(keyFiles.checkpoint, 'checkpoint'),
    override: await optional(keyFiles.override, 'override'),
    token: token === null ? null : { kid: token.keyId, privateKey: createPrivateKey(await read(keyFiles.token)) },
    trust: () => current,
    async refresh() {
      current = await readTrust(read, rootPublicKey, current.keySet.version, clock);
    },
  };
}

async function readTrust(read: (name: string) => Promise<string>, root: string, minimumVersion: number, clock: Clock): Promise<TrustFiles> {
  const keySetBundle = await usable(keyFiles.keySet, async () => JSON.parse(await read(keyFiles.keySet)) as Bundle);
  const keySet = await usable(keyFiles.keySet, async () =>
    verifyKeySet(keySetBundle, { rootPublicKeys: [root], now: clock.now(), minimumVersion }),
  );
  const trustPolicy = await usable(keyFiles.trustPolicy, async () => parseTrustPolicy(JSON.parse(await read(keyFiles.trustPolicy))));
  return { keySet, keySetBundle, trustPolicy };
}

function readKeyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unusable(path, `it cannot be read (${cause.code ?? 'unknown error'})`, cause);
  });
}

async function usable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ApiServerError) throw cause;
    // The message of a JSON parser quotes what it read, which may be a key.
    throw unusable(path, cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message, cause);
  }
}

function unusable(path: string, why: string, cause?: unknown): ApiServerError {
  return new ApiServerError('KEYS_UNUSABLE', `The key file ${path} cannot be used: ${why}.`, { cause });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
