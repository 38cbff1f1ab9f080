import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { StoryError } from '../story-error.ts';

/** What Mission Control leaves in its data directory for local work; every path absolute. */
export interface LocalConnection {
  readonly url: string;
  readonly tokens: { readonly publisher: string; readonly gate: string; readonly reader: string };
  /** SPKI PEM of the root that signs the key set. */
  readonly rootPublicKey: string;
  /** File with the key that evidence is signed with. */
  readonly signingKey: string;
  readonly spool: string;
  /** Of the embedded database, its owner's. */
  readonly postgresUri: string;
}

const File = z.object({
  url: z.url(),
  tokens: z.object({ publisher: z.string(), gate: z.string(), reader: z.string() }),
  root: z.string(),
  signingKey: z.string(),
  spool: z.string(),
});

/** @throws StoryError `MC_ANSWER_INVALID` */
export async function readLocalConnection(data: string): Promise<LocalConnection> {
  const at = (path: string) => resolve(data, path);
  const read = (path: string) => readFile(at(path), 'utf8');
  const parsed = File.safeParse(JSON.parse(await read('mc.json')));
  if (!parsed.success) throw new StoryError('MC_ANSWER_INVALID', `${at('mc.json')} is not what Mission Control writes`);
  const { url, tokens, root, signingKey, spool } = parsed.data;
  return {
    url,
    tokens: { publisher: at(tokens.publisher), gate: at(tokens.gate), reader: at(tokens.reader) },
    rootPublicKey: await read(root),
    signingKey: at(signingKey),
    spool: at(spool),
    postgresUri: (await read('postgres.uri')).trim(),
  };
}
