import { digestOf, type Signer, signStatement } from '@promotable/attest';
import type { Statement } from '@promotable/contracts';
import { readFile } from 'node:fs/promises';
import { isFileError, writeDurably } from '../durable-file.ts';
import { EvidenceError } from '../evidence-error.ts';
import { parseSigned, type SignedEvidence } from './signed-evidence.ts';

/** Where the signed file goes, and who signs. */
export interface WriteSignedOptions {
  /** Where the bundle goes; its directory must exist. */
  readonly path: string;
  readonly signer: Signer;
  /** @default none */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a Statement into a file, once: whole or not at all, mode 0644. A file that already holds this statement signed by this key is
 * left as it is, for ECDSA gives other bytes each time and what was sent must stay what is on disk.
 * Rejects with the file system's own error.
 * @throws {EvidenceError} `EVIDENCE_INVALID`; `AttestError` of the signer
 */
export async function writeSigned(statement: Statement, { path, signer, signal }: WriteSignedOptions): Promise<SignedEvidence> {
  const existing = await readSigned(path);
  if (
    existing !== null &&
    existing.statementDigest === digestOf(statement) &&
    existing.bundle.dsseEnvelope.signatures[0]?.keyid === signer.keyId
  )
    return existing;
  const signed = await signEvidence(statement, signer, signal);
  await writeDurably(path, signed.bytes, { mode: 0o644 });
  return signed;
}

/** The same in memory, for evidence that is published where it is made. */
export async function signEvidence(statement: Statement, signer: Signer, signal?: AbortSignal): Promise<SignedEvidence> {
  const bundle = await signStatement(statement, signer, signal === undefined ? {} : { signal });
  return parseSigned(Buffer.from(`${JSON.stringify(bundle)}\n`));
}

async function readSigned(path: string): Promise<SignedEvidence | null> {
  try {
    return parseSigned(await readFile(path));
  } catch (error) {
    // Something else lies there: it is replaced.
    if (error instanceof EvidenceError || isFileError(error, 'ENOENT')) return null;
    throw error;
  }
}
