// Every decision that a test left in its database is made again, offline, from its record alone.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listedKeys, parseBundle, parseKeySet, parseStrictJson, payloadOf } from '@promotable/attest';
import type { SqlClient } from '@promotable/contracts';
import { explainDecision } from '@promotable/gate';
import { postgresGateStore } from '@promotable/gate/postgres';
import { decisionRecords } from '@promotable/gate/server';
import { policyOf, type PolicyData } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';

/** How many there were; throws for the first that comes out differently. */
export async function replayEveryDecision(sql: SqlClient, data: string): Promise<number> {
  const records = decisionRecords(postgresGateStore(sql));
  // Unverified: of each key that ever signed here the public half is enough.
  const bundle = parseBundle(await readFile(join(data, 'keys', 'keyset.json')));
  const { predicate } = parseStrictJson(payloadOf(bundle)) as { predicate: unknown };
  const keys = listedKeys(parseKeySet(predicate), 'decision');
  const { rows } = await sql.query<{ tenant: string; id: string }>('SELECT tenant, id FROM gate.decisions');
  for (const { tenant, id } of rows) {
    const record = await records.record({ id: 'test', tenant, services: ['*'], scopes: ['decision:read'] }, id);
    const { replayed, differences } = await explainDecision(JSON.parse(JSON.stringify(record)), {
      keys,
      async loadPolicy({ layer, wasm, data: layers, entrypoint }) {
        const policy = policyOf(layer, Buffer.from(wasm, 'base64'), layers as unknown as PolicyData);
        const engine = await createWasmEngine(policy);
        const name = entrypoint as Parameters<typeof engine.evaluate>[0];
        return { digest: policy.digest(name), evaluate: (_, facts) => engine.evaluate(name, facts) };
      },
    });
    if (replayed !== 'equal') throw new Error(`decision ${id} comes out differently: ${differences.join(', ')}`);
  }
  return rows.length;
}
