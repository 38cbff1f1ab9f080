// The key that seals the console's cookies: one file beside the other keys, the same for all replicas.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiServerError } from '../api-server-error.ts';
import { keyFiles } from '../key-directory.ts';

const keyBytes = 32;

/** @throws {ApiServerError} `KEYS_UNUSABLE`; in development a missing key is made */
export async function consoleKey(directory: string, production: boolean): Promise<Uint8Array> {
  const path = join(directory, keyFiles.console);
  // Of two that make it at once, the first one's stays.
  if (!production)
    await writeFile(path, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(path, cause);
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) throw unusable(path);
  return new Uint8Array(key);
}

function unusable(path: string, cause?: unknown): ApiServerError {
  return new ApiServerError(
    'KEYS_UNUSABLE',
    `The key file ${path} cannot be used: it must hold ${keyBytes} random bytes in base64 (openssl rand -base64 ${keyBytes}).`,
    { cause },
  );
}
