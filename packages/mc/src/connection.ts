import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

/** What `npm start` leaves under `.promotable/` for local work: where MC listens, one token per role, the pinned root. */
export const LocalConnection = z.object({
  url: z.url(),
  tokens: z.record(z.string(), z.string()),
  root: z.string(),
  signingKey: z.string().optional(),
  spool: z.string().optional(),
});
export type LocalConnection = z.infer<typeof LocalConnection>;

export type Role = 'publisher' | 'gate' | 'reader' | 'operator' | 'approver' | 'admin';

export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly root?: string | undefined;
  readonly data?: string | undefined;
}

export interface Connection {
  /** Base URL of MC, without `/graphql` and without a trailing slash. */
  readonly url: string;
  /** Reads the token anew, so that a rotated secret is picked up. */
  readonly token: () => Promise<string>;
  /** Folder of the local connection, where there is one. */
  readonly local: (LocalConnection & { folder: string }) | null;
}

/** Where MC is and who asks: flags, then `MC_URL` / `MC_TOKEN` / `MC_API_TOKEN`, then the local `.promotable/`. */
export async function connect(io: Io, role: Role, options: ConnectionOptions): Promise<Connection> {
  const local = await localConnection(io, options.data);
  const given = options.url ?? io.env['MC_URL'] ?? local?.url;
  if (given === undefined) throw new McError('CONFIGURATION', 'Where is MC? Give --url or MC_URL, or run `npm start` for a local one.');
  const url = baseUrl(given);
  // Tokens kept for the local MC go nowhere else.
  const keeper = local !== null && baseUrl(local.url) === url ? local : null;
  return { url, token: () => readToken(io, role, options, keeper), local };
}

/** The text itself is not repeated where it may hold a password. */
function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new McError('CONFIGURATION', 'The URL of MC must be an http or https URL, such as https://mc.example.');
  if (url.username !== '' || url.password !== '')
    throw new McError('CONFIGURATION', 'The URL of MC must hold neither user name nor password; give a token.');
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/graphql$/, '')}`;
}

async function readToken(io: Io, role: Role, options: ConnectionOptions, local: Connection['local']): Promise<string> {
  const given = io.env['MC_TOKEN'] ?? io.env['MC_API_TOKEN'];
  const kept = given === undefined ? local?.tokens[role] : undefined;
  const file =
    options.tokenFile !== undefined
      ? resolve(io.cwd, options.tokenFile)
      : kept === undefined || local === null
        ? undefined
        : resolve(local.folder, kept);
  if (file === undefined) {
    if (given !== undefined && given.trim() !== '') return bearer(given, 'The token of the environment');
    throw new McError('CONFIGURATION', 'No token: give --token-file, MC_TOKEN or MC_API_TOKEN.');
  }
  const text = await readText(file, 'the token');
  if (text.trim() === '') throw new McError('CONFIGURATION', `The token file ${file} is empty.`);
  return bearer(text, `The token file ${file}`);
}

/** What can stand in a header (RFC 6750 `b64token`); anything else is no token, and is not repeated. */
function bearer(text: string, what: string): string {
  const token = text.trim();
  if (!/^[A-Za-z0-9._~+/=-]{1,16384}$/.test(token))
    throw new McError('CONFIGURATION', `${what} holds characters that no bearer token may have, or is beyond 16 KiB.`);
  return token;
}

/**
 * Finds `.promotable/mc.json` here or in a parent folder; never in production. One that was not asked for by name must be the caller's own:
 * it says whose signature is believed, and anybody may leave one in a shared parent such as `/tmp`.
 */
export async function localConnection(io: Io, data?: string): Promise<(LocalConnection & { folder: string }) | null> {
  if (io.env['NODE_ENV'] === 'production') return null;
  for (const folder of data === undefined ? parents(io.cwd).map((parent) => join(parent, '.promotable')) : [resolve(io.cwd, data)]) {
    const path = join(folder, 'mc.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    if (data === undefined && (await isOthers(path)))
      throw new McError('CONFIGURATION', `${path} belongs to another user; name its folder by --data if you trust it.`);
    const parsed = LocalConnection.safeParse(parseJson(text));
    if (!parsed.success)
      throw new McError('CONFIGURATION', `${join(folder, 'mc.json')} is not what \`npm start\` writes; run \`npm start -- --reset\`.`);
    return { ...parsed.data, folder };
  }
  return null;
}

/** Reads a file, or says in one line which one could not be read and why. */
export async function readText(path: string, what: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new McError('FILE_UNREADABLE', `Cannot read ${what} at ${path}: ${cause.code ?? 'unknown error'}.`, { cause });
  });
}

/** Systems without users know no owner. */
async function isOthers(path: string): Promise<boolean> {
  const { uid } = await stat(path);
  return process.getuid !== undefined && uid !== process.getuid();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...parents(parent)];
}
