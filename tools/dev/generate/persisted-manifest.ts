import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';

/**
 * The closed registry of operations: lowercase sha256 hex of a file's UTF-8 bytes without trailing white space → that text, sorted by key.
 * Throws when a file does not fit the schema, all faults at once.
 */
export async function persistedManifest(contracts: string): Promise<Map<string, string>> {
  const schema = buildSchema(readFileSync(join(contracts, 'graphql/schema.graphql'), 'utf8'));
  const entries: [string, string][] = [];
  const faults: string[] = [];
  for await (const file of glob('operations/**/*.graphql', { cwd: contracts })) {
    const text = readFileSync(join(contracts, file), 'utf8').trimEnd();
    for (const error of validate(schema, parse(text))) faults.push(`${file}: ${error.message}`);
    entries.push([operationId(text), text]);
  }
  if (faults.length > 0) throw new Error(faults.sort().join('\n'));
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map([['operations/manifest.json', `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`]]);
}

/** The id under which a client asks for the operation. */
export function operationId(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
