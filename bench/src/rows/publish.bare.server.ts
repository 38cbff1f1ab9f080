// The limit: node:http, the same signature verified by node:crypto, the same three rows in one transaction. It asks nobody who they are.
import { hash, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicKeyFromPem, trustPolicyDigest } from '@promotable/attest';
import type { Bundle, EvidencePredicate } from '@promotable/contracts';
import pg from 'pg';
import { actor, type ServerOrder, tenant } from './publish.contract.ts';
import { policyOf } from './publish.trust.ts';

interface Publish {
  readonly variables: { readonly input: { readonly service: string; readonly releaseId: string; readonly bundle: Bundle } };
}

const { uri, key } = JSON.parse(process.argv[2] ?? '') as ServerOrder;
const pool = new pg.Pool({ connectionString: uri, max: 20, idleTimeoutMillis: 0 });
const { keyObject } = publicKeyFromPem(key.publicKeyPem);
const policyDigest = trustPolicyDigest(policyOf(key));

async function accept({ variables: { input } }: Publish): Promise<object> {
  const { service, releaseId, bundle } = input;
  const { payload: encoded, payloadType, signatures } = bundle.dsseEnvelope;
  const payload = Buffer.from(encoded, 'base64');
  const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
  if (!verify('sha256', pae, keyObject, Buffer.from(signatures[0]?.sig ?? '', 'base64'))) throw new Error('the signature does not hold');
  const digest = hash('sha256', payload);
  const { subject, predicate } = JSON.parse(payload.toString()) as {
    subject: { digest: { sha256: string } }[];
    predicate: EvidencePredicate & { environment: string };
  };
  const receivedAt = new Date();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO evidence.releases (tenant, service, release_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      tenant,
      service,
      releaseId,
    ]);
    const { rows } = await client.query<{ ingest_sequence: string }>(
      `INSERT INTO ledger.entry (tenant, stream, type, subject, body_digest, actor, at) VALUES ($1, 'evidence', 'evidence.accepted', $2, $3, $4, $5)
       RETURNING ingest_sequence`,
      [tenant, `${service}/${releaseId}/${predicate.environment}/${predicate.checkpoint}`, digest, actor, receivedAt.toISOString()],
    );
    const sequence = rows[0]?.ingest_sequence ?? '';
    await client.query(
      `INSERT INTO evidence.records (tenant, service, release_id, statement_digest, idempotency_key, id, received_at, environment, checkpoint,
         signed, digests, key_id, trust_policy_digest, predicate, bundle, ingest_sequence)
       VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, true, $8, $9, $10, $11, $12, $13)`,
      [
        ...[tenant, service, releaseId, digest, receivedAt, predicate.environment, predicate.checkpoint],
        ...[subject.map(({ digest: { sha256 } }) => `sha256:${sha256}`), key.keyId, policyDigest],
        ...[JSON.stringify(predicate), JSON.stringify(bundle), sequence],
      ],
    );
    await client.query('COMMIT');
    const receipt = { statementDigest: digest, idempotencyKey: digest, receivedAt, ledgerSequence: sequence, ledgerPosition: null };
    return { data: { publishEvidence: { id: digest, releaseId, service, createdAt: receivedAt, signed: true, receipt } } };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    accept(JSON.parse(Buffer.concat(chunks).toString()) as Publish).then(
      (answer) => {
        const body = JSON.stringify(answer);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port, token: 'none' }));
