import { resolve } from 'node:path';
import { localConnection, readText } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

export interface SigningKeyOptions {
  readonly key?: string | undefined;
  readonly data?: string | undefined;
}

/** The private key (PKCS8 PEM) that signs: the file of `--key`; else `MC_SIGNING_KEY`, the PEM itself or a file; else that of a local MC. */
export async function signingKey(io: Io, options: SigningKeyOptions): Promise<string> {
  const given = io.env['MC_SIGNING_KEY'];
  if (options.key === undefined && given?.trimStart().startsWith('-----BEGIN ') === true) return given;
  const local = await localConnection(io, options.data);
  const path = options.key ?? given ?? (local?.signingKey === undefined ? undefined : resolve(local.folder, local.signingKey));
  if (path === undefined)
    throw new McError('CONFIGURATION', 'Who signs? Give --key or MC_SIGNING_KEY: a private key (PKCS8 PEM) whose public half MC trusts.');
  return readText(resolve(io.cwd, path), 'the signing key');
}
