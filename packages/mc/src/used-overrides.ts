// Overrides that a gate went on by while MC was away: kept here until MC has heard of them.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseStrictJson, payloadOf, statementDigestOf } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import type { Connection } from './connection.ts';
import type { Io } from './io.ts';
import { operate } from './mc-operation.ts';
import { writeWhole } from './write-file.ts';

/** Keeps the override with this id, of those that were at hand, once. */
export async function keepUsed(folder: string, id: string, bundles: readonly unknown[]): Promise<void> {
  for (const bundle of bundles) {
    if (idOf(bundle) !== id) continue;
    await writeWhole(join(folder, `${statementDigestOf(bundle as Bundle)}.json`), `${JSON.stringify(bundle)}\n`);
  }
}

/** Tells MC of what is kept; what it took is kept no longer. Whatever fails is said and changes no verdict. */
export async function recordUsed(folder: string, io: Io, connection: Connection): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  for (const name of names) {
    const path = join(folder, name);
    try {
      await operate(io, connection, 'mutation RecordOverride', { bundle: JSON.parse(await readFile(path, 'utf8')) as unknown });
      io.stderr(`mc: MC was told of the override ${name.slice(0, 12)}, which was used while it was away\n`);
      await rm(path, { force: true });
    } catch (error) {
      io.stderr(`mc: MC was not told of the override in ${path}: ${(error as Error).message} Tell it by \`mc override record\`.\n`);
    }
  }
}

function idOf(bundle: unknown): unknown {
  try {
    return (parseStrictJson(payloadOf(bundle as Bundle)) as { predicate?: { id?: unknown } }).predicate?.id;
  } catch {
    return undefined;
  }
}
