import { AttestError, type KeySet, parseStrictJson, payloadOf, verifyKeySet } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { join, resolve } from 'node:path';
import { type Connection, localConnection, readText } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';
import { getFromMc, jsonOf } from './mc-request.ts';

export interface KeyOptions {
  /** File with a signed key set, as `mc decision export` writes it. */
  readonly keys?: string | undefined;
  readonly root?: string | undefined;
  readonly data?: string | undefined;
}

export interface VerifiedKeys {
  readonly bundle: Bundle;
  readonly keySet: KeySet;
}

/** The pinned root: `--root`, else `MC_ROOT_KEY`, else the one beside the local connection. Never the one that MC sends. */
export async function pinnedRoot(io: Io, options: KeyOptions): Promise<string> {
  const given = options.root ?? io.env['MC_ROOT_KEY'];
  const local = given === undefined ? await localConnection(io, options.data) : null;
  const path = given ?? (local === null ? undefined : join(local.folder, local.root));
  if (path === undefined)
    throw new McError('CONFIGURATION', 'Whom to trust? Give --root (or MC_ROOT_KEY): the public key of the root that signs the key set.');
  return readText(resolve(io.cwd, path), 'the root key');
}

/** The key set signed by the pinned root: from a file, else from MC. @throws {AttestError} when the root did not sign it, or it expired */
export async function verifiedKeys(io: Io, options: KeyOptions, connection: (() => Promise<Connection>) | null): Promise<VerifiedKeys> {
  const root = await pinnedRoot(io, options);
  const bundle =
    options.keys === undefined ? await fetchKeySet(io, connection) : keySetIn(await readText(resolve(io.cwd, options.keys), 'the key set'));
  return { bundle: bundle as Bundle, keySet: inForce(io, bundle as Bundle, root, options.keys !== undefined) };
}

/** A key set taken along with a record proves it also after its own end; what was revoked since then it cannot tell. */
function inForce(io: Io, bundle: Bundle, root: string, isFile: boolean): KeySet {
  try {
    return verifyKeySet(bundle, { rootPublicKeys: [root], now: io.clock.now() });
  } catch (error) {
    if (!isFile || !(error instanceof AttestError) || error.code !== 'KEY_SET_EXPIRED') throw error;
    const { predicate } = parseStrictJson(payloadOf(bundle)) as { predicate: { expiresAt: string } };
    io.stderr(`mc: the key set expired at ${predicate.expiresAt}; a key revoked since then is not known here\n`);
    return verifyKeySet(bundle, { rootPublicKeys: [root], now: Date.parse(predicate.expiresAt) - 1 });
  }
}

async function fetchKeySet(io: Io, connection: (() => Promise<Connection>) | null): Promise<unknown> {
  if (connection === null)
    throw new McError('CONFIGURATION', 'Which keys? Give --keys: the signed key set that was exported beside the decision.');
  const published = jsonOf(await getFromMc(io, await connection(), '/.well-known/promotable/keys.json', { authorized: false }));
  const keySet = (published as { keySet?: unknown } | null)?.keySet;
  if (keySet === undefined)
    throw new McError('MC_REFUSED', 'MC answered something that is no key set; is the URL right?', { retryable: true, status: 502 });
  return keySet;
}

function keySetIn(text: string): unknown {
  try {
    return (parseStrictJson(text) as { keySet?: unknown } | null)?.keySet;
  } catch (cause) {
    throw new McError('CONFIGURATION', 'The key set is not JSON of the form {"keySet": …}.', { cause });
  }
}
