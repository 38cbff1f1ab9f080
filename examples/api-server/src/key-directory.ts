// The keys of an installation: read from one directory, checked against the signed key set, read again while the server runs.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KeySet,
  type KeyStatus,
  type KeyUse,
  localSigner,
  parseTrustPolicy,
  resolveKey,
  rotatingSigner,
  type Signer,
  type TrustPolicy,
  verifyKeySet,
} from '@promotable/attest';
import type { Bundle, Clock } from '@promotable/contracts';
import type { McTokens, TokenSigningKey } from '@promotable/server-kit';
import { ApiServerError } from './api-server-error.ts';
import { chooseSigner } from './signing-keys.ts';

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
  /** Signs by whichever key of its use is to sign at that moment, as all signers here do. */
  readonly decision: Signer;
  readonly checkpoint: Signer;
  /** Null where the installation issues no tokens of its own. */
  readonly token: TokenSigningKey | null;
  /** Null where the installation grants no waivers and overrides. */
  readonly override: Signer | null;
  /** What signs tokens now, and what may have signed those that are under way; null without a token key. */
  tokenKeys(): TokenKeys | null;
  /** How a key of our own stands now. */
  statusOf(keyId: string, use: KeyUse): KeyStatus['status'];
  /** As last read. */
  trust(): TrustFiles;
  /** Reads keys, key set and trust policy anew; what is there stays where that fails. @throws {ApiServerError} `KEYS_UNUSABLE` */
  refresh(): Promise<void>;
}

/** Keys of MC's own tokens. */
export type TokenKeys = Required<Parameters<McTokens['rotate']>[0]>;

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
  let trust = await readTrust(read, rootPublicKey, 0, clock);
  let held = await readSigners(directory, read);

  const choose = (use: SigningUse): Signer => {
    const signer = chooseSigner(held[use], trust.keySet, use, clock.now());
    if (signer !== null) return signer;
    const [first] = held[use];
    const status = first === undefined ? 'absent' : resolveKey(trust.keySet, first.keyId, { use, at: clock.now() }).status;
    throw unusable(join(directory, keyFiles[use]), `the key set lists it as ${status} for the use ${use}`);
  };
  const signerOf = (use: SigningUse): Signer => {
    choose(use);
    return rotatingSigner(() => choose(use));
  };
  const optional = (use: SigningUse): Signer | null => (held[use].length === 0 ? null : signerOf(use));
  const tokenSigner = optional('token');
  const tokenKeys = (): TokenKeys | null =>
    tokenSigner === null ? null : tokenKeysOf(choose('token').keyId, held.pem, trust.keySet, clock.now());
  return {
    rootPublicKey,
    decision: signerOf('decision'),
    checkpoint: signerOf('checkpoint'),
    override: optional('override'),
    get token() {
      return tokenKeys()?.signingKey ?? null;
    },
    tokenKeys,
    statusOf: (keyId, use) => resolveKey(trust.keySet, keyId, { use, at: clock.now() }).status,
    trust: () => trust,
    async refresh() {
      const [nextTrust, nextHeld] = await Promise.all([
        readTrust(read, rootPublicKey, trust.keySet.version, clock),
        readSigners(directory, read),
      ]);
      [trust, held] = [nextTrust, nextHeld];
    },
  };
}

const signingUses = ['decision', 'checkpoint', 'token', 'override'] as const satisfies readonly KeyUse[];
type SigningUse = (typeof signingUses)[number];
type HeldKeys = Record<SigningUse, readonly Signer[]> & {
  /** PKCS8 by key id. */
  readonly pem: ReadonlyMap<string, string>;
};

/** Private keys by use: the one that is, and beside it the one that is to come. */
async function readSigners(directory: string, read: (name: string) => Promise<string>): Promise<HeldKeys> {
  const pem = new Map<string, string>();
  const signersOf = async (use: SigningUse): Promise<readonly Signer[]> => {
    const names: string[] = [];
    for (const name of [keyFiles[use], nextKeyFile(keyFiles[use])]) if (await exists(join(directory, name))) names.push(name);
    // What must be there is read though it is not, so that the error names it.
    if (names.length === 0 && (use === 'decision' || use === 'checkpoint')) names.push(keyFiles[use]);
    return Promise.all(
      names.map(async (name) => {
        const text = await read(name);
        const signer = await usable(join(directory, name), async () => localSigner(text));
        pem.set(signer.keyId, text);
        return signer;
      }),
    );
  };
  const [decision, checkpoint, token, override] = await Promise.all(signingUses.map(signersOf));
  return { decision: decision ?? [], checkpoint: checkpoint ?? [], token: token ?? [], override: override ?? [], pem };
}

/** `decision.pem` → `decision.next.pem`. */
function nextKeyFile(name: string): string {
  return name.replace(/\.pem$/, '.next.pem');
}

/** A retired key verifies what it signed while it was in force, so that a rotation ends no token before its time. */
function tokenKeysOf(signing: string, pem: ReadonlyMap<string, string>, keySet: KeySet, now: number): TokenKeys {
  const listed = keySet.keys.filter(
    ({ use, revokedAt, notBefore }) => use === 'token' && revokedAt === null && Date.parse(notBefore) <= now,
  );
  return {
    signingKey: { kid: signing, privateKey: createPrivateKey(pem.get(signing) ?? '') },
    publicKeys: listed.map(({ keyId, publicKeyPem, notAfter }) => ({
      kid: keyId,
      publicKey: createPublicKey(publicKeyPem),
      issuedBefore: Date.parse(notAfter),
    })),
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
