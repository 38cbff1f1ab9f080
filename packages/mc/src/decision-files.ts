import { join } from 'node:path';
import { paeOf, parseBundle, signatureOf, type KeySet, type KeySetEntry } from '@promotable/attest';
import type { Bundle, DecisionRecord } from '@promotable/contracts';
import { McError } from './mc-error.ts';
import { writeWhole } from './write-file.ts';

/** What `mc decision export` leaves in a folder, by file name. */
export const decisionFiles = {
  record: 'decision.json',
  keys: 'keys.json',
  signedBytes: 'decision.pae',
  signature: 'decision.sig',
  publicKey: 'decision.pub',
} as const;

/** Writes the record, the signed key set, and the three files that `openssl` needs. Returns the line that checks them. */
export async function writeDecisionFiles(folder: string, record: DecisionRecord, keySetBundle: Bundle, keySet: KeySet): Promise<string> {
  const bundle = parseBundle(record.bundle);
  const key = signingKey(keySet, bundle.verificationMaterial.publicKey.hint);
  await writeWhole(join(folder, decisionFiles.record), `${JSON.stringify(record, null, 2)}\n`);
  await writeWhole(join(folder, decisionFiles.keys), `${JSON.stringify({ keySet: keySetBundle }, null, 2)}\n`);
  await writeWhole(join(folder, decisionFiles.signedBytes), paeOf(bundle));
  await writeWhole(join(folder, decisionFiles.signature), signatureOf(bundle));
  await writeWhole(join(folder, decisionFiles.publicKey), key.publicKeyPem);
  return opensslLine(folder, key.algorithm);
}

/** The command that verifies an exported decision without us. */
export function opensslLine(folder: string, algorithm: KeySetEntry['algorithm']): string {
  const [key, signature, bytes] = [decisionFiles.publicKey, decisionFiles.signature, decisionFiles.signedBytes].map((name) =>
    shellWord(join(folder, name)),
  );
  return algorithm === 'ecdsa-p256'
    ? `openssl dgst -sha256 -verify ${key} -signature ${signature} ${bytes}`
    : `openssl pkeyutl -verify -pubin -inkey ${key} -rawin -in ${bytes} -sigfile ${signature}`;
}

/** A path as a POSIX shell reads it back. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function signingKey(keySet: KeySet, keyId: string): KeySetEntry {
  const key = keySet.keys.find((entry) => entry.keyId === keyId && entry.use === 'decision');
  if (key === undefined)
    throw new McError('MC_REFUSED', `The decision is signed by ${keyId}, which the key set does not list for decisions.`, { status: 502 });
  return key;
}
