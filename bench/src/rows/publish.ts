// Publishing evidence: the server kit with the evidence module beside a bare server that verifies the same signature and inserts the same rows.
import { isDeepStrictEqual } from 'node:util';
import { generateSigningKey, type SigningKeyPair } from '@promotable/attest';
import { ledgerMigrations } from '@promotable/ledger/postgres';
import { evidenceMigrations } from '@promotable/sdk-evidence/server/postgres';
import { migrate, type Postgres, startPostgres } from '@promotable/services';
import pg from 'pg';
import { BenchError } from '../bench-error.ts';
import { startChild } from '../harness/child.ts';
import type { Row, RowContext } from '../harness/row.ts';
import type { Slice, Variant } from '../harness/variant.ts';
import { closeAll } from '../harness/worker-variant.ts';
import type { LoadQuestion, ServerAnnouncement, ServerOrder } from './publish.contract.ts';

const pathOf = (name: string): string => new URL(`./publish.${name}.ts`, import.meta.url).pathname;
const endWithParent = new URL('../load/end-with-parent.ts', import.meta.url).href;
const node = [process.execPath, '--conditions=@promotable/source'];

export const publishRow: Row = {
  name: 'publish',
  title: 'evidence published into PostgreSQL beside a bare server with the same signature and rows',
  set: 'full',
  sliceMs: 2000,
  comparisons: [
    { name: 'publish-vs-bare', subject: 'ours', baseline: 'bare', metric: 'cpu', gate: { kind: 'share', atLeast: 0.5 } },
    { name: 'publish-vs-bare-wall', subject: 'ours', baseline: 'bare', metric: 'wall', gate: null, kind: 'share' },
  ],
  async start(context) {
    const postgres = await startPostgres({ signal: context.signal });
    try {
      const key = generateSigningKey('ecdsa-p256');
      const variants = await Promise.all(['ours', 'bare'].map((name) => startPublishServer(name, key, postgres, context)));
      // The first to be closed takes the database along; the others have ended what they asked of it.
      const close = (): Promise<void> => postgres.stop();
      await requireSameRows(variants.map(({ uri }) => uri)).catch(async (error: unknown) => {
        await closeAll(variants);
        throw error;
      });
      return variants.map((variant, index) => (index === 0 ? { ...variant, close: () => variant.close().then(close) } : variant));
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  },
};

async function startPublishServer(
  name: string,
  key: SigningKeyPair,
  postgres: Postgres,
  { signal, placement }: RowContext,
): Promise<Variant & { readonly uri: string }> {
  const uri = await postgres.createDatabase(`publish_${name}`);
  await migrate(uri, [ledgerMigrations, evidenceMigrations]);
  const order: ServerOrder = { uri, key };
  const argv = [...node, '--import', endWithParent, pathOf(`${name}.server`), JSON.stringify(order)];
  const server = startChild({ argv: placement.at('measured', argv), signal });
  const generator = startChild({ argv: placement.at('load', [...node, pathOf('load')]), signal });
  const close = async (): Promise<void> => void (await Promise.all([generator.close(), server.close()]));
  try {
    const announced = (await server.announcement()) as ServerAnnouncement;
    const slice = async (durationMs: number): Promise<Slice> => {
      const question: LoadQuestion = { ...announced, pid: server.pid, key, durationMs };
      return (await generator.ask(question)) as Slice;
    };
    const { errors, fault } = await slice(200);
    if (errors > 0) throw new BenchError('VARIANT_FAILED', `${name} does not take evidence: ${fault}`);
    return { name, uri, warmUp: async (durationMs) => void (await slice(durationMs)), measure: slice, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One row of each table, without what is different in every run. @throws {BenchError} `ANSWERS_DIFFER` */
async function requireSameRows(uris: readonly string[]): Promise<void> {
  const [first, ...others] = await Promise.all(uris.map(rowsIn));
  if (others.some((other) => !isDeepStrictEqual(other, first)))
    throw new BenchError('ANSWERS_DIFFER', `the rows differ: ${JSON.stringify([first, ...others]).slice(0, 2000)}`);
}

async function rowsIn(uri: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  const one = async (sql: string): Promise<unknown> => (await client.query<object>(sql)).rows[0];
  try {
    return [
      await one(`SELECT r.tenant, r.service, release_id, environment, checkpoint, signed, r.digests, key_id, trust_policy_digest, claims,
          statement_digest = idempotency_key AND statement_digest = id AS keys, bundle->>'mediaType' AS media,
          json_object_keys(predicate) IS NOT NULL AS has_predicate, predicate->'values' AS values, l.rebuild_revision, l.digests AS fixed
        FROM evidence.records r JOIN evidence.releases l USING (tenant, service, release_id) WHERE release_id = '1.1.0' LIMIT 1`),
      await one(`SELECT e.tenant, stream, type, subject, actor, body_digest = statement_digest AS of_record
        FROM ledger.entry e JOIN evidence.records USING (ingest_sequence) WHERE release_id = '1.1.0' LIMIT 1`),
    ];
  } finally {
    await client.end();
  }
}
