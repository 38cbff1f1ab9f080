// The operator's side of a rotation: the root's key at hand, the files of a running MC to be changed under it.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateSigningKey,
  type KeySet,
  type KeyUse,
  localSigner,
  publicKeyFromPem,
  renewedKeySet,
  signKeySet,
  type SigningKeyPair,
  type TrustPolicy,
  verifyKeySet,
  withNextKey,
  withRevokedKey,
} from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { localTenant } from '../configuration.ts';

export interface KeyOffice {
  /** The key of the use that is in force now. */
  inForce(use: KeyUse): Promise<string>;
  /** Publishes a key of one of MC's uses, in force at once, and gives MC its private half. */
  next(use: 'decision' | 'token'): Promise<SigningKeyPair>;
  /** Lists a publisher's key and lets it speak for every service of the local tenant. */
  trust(publisher: SigningKeyPair): Promise<void>;
  revoke(keyId: string): Promise<void>;
  /** The key set as the root would sign it at another time; MC does not get it. */
  keySetAt(at: number): Promise<Bundle>;
}

/** `data`: of the running MC; `now`: its clock. */
export function keyOffice(data: string, now: () => number): KeyOffice {
  const file = (name: string): string => join(data, 'keys', name);
  const replace = async (name: string, text: string): Promise<void> => {
    await writeFile(file(`${name}.new`), text, { mode: 0o600 });
    await rename(file(`${name}.new`), file(name));
  };
  const read = async (): Promise<KeySet> =>
    verifyKeySet(JSON.parse(await readFile(file('keyset.json'), 'utf8')), {
      rootPublicKeys: [await readFile(file('root.pub'), 'utf8')],
      now: now(),
    });
  const change = async (next: (keySet: KeySet) => KeySet): Promise<void> => {
    const root = localSigner(await readFile(file('root.pem'), 'utf8'));
    await replace('keyset.json', JSON.stringify(await signKeySet(next(await read()), root)));
  };
  const inForce = async (use: KeyUse): Promise<string> => {
    const trusted = (await read()).keys.filter(
      (entry) => entry.use === use && entry.revokedAt === null && Date.parse(entry.notBefore) <= now(),
    );
    return trusted.at(-1)?.keyId ?? '';
  };
  return {
    inForce,
    async next(use) {
      const pair = generateSigningKey('ed25519');
      const replaces = await inForce(use);
      await replace(`${use}.next.pem`, pair.privateKeyPem);
      await change((keySet) => withNextKey(keySet, publicKeyFromPem(pair.publicKeyPem), { now: now(), use, replaces, leadMs: 0 }));
      return pair;
    },
    async trust(publisher) {
      const policy = JSON.parse(await readFile(file('trust-policy.json'), 'utf8')) as TrustPolicy;
      const signer: TrustPolicy['signers'][number] = {
        keyId: publisher.keyId,
        tenant: localTenant,
        services: '*',
        checkpoints: ['build', 'stage'],
      };
      await replace('trust-policy.json', JSON.stringify({ signers: [...policy.signers, signer] }));
      await change((keySet) =>
        withNextKey(keySet, publicKeyFromPem(publisher.publicKeyPem), { now: now(), use: 'evidence', replaces: null }),
      );
    },
    keySetAt: async (at) => signKeySet(renewedKeySet(await read(), { now: at }), localSigner(await readFile(file('root.pem'), 'utf8'))),
    revoke: (keyId) => change((keySet) => withRevokedKey(keySet, { now: now(), keyId })),
  };
}
