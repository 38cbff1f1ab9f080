// The server kit with the evidence module on PostgreSQL, as Mission Control mounts it: tokens, scopes, closed operations, limits, metrics, errors.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createPostgresLedger, postgresTransactor } from '@promotable/ledger/postgres';
import { createEvidenceReceiver, evidenceModule } from '@promotable/sdk-evidence/server';
import { postgresEvidenceStore } from '@promotable/sdk-evidence/server/postgres';
import { createJsonLog, createServer, oidcAuthenticator, type ServerModule } from '@promotable/server-kit';
import pg from 'pg';
import { callerTokens } from './hot-read.tokens.ts';
import type { ServerOrder } from './publish.contract.ts';
import { keySetOf, policyOf } from './publish.trust.ts';

const { uri, key } = JSON.parse(process.argv[2] ?? '') as ServerOrder;
const clock = { now: Date.now, monotonic: () => performance.now() };
const contract = (path: string): string => readFileSync(createRequire(import.meta.url).resolve(`@promotable/contracts/${path}`), 'utf8');

const pool = new pg.Pool({ connectionString: uri, max: 20, idleTimeoutMillis: 0 });
const store = postgresEvidenceStore(pool);
const ledger = createPostgresLedger({ pool });
const trust = { keySet: keySetOf(key), policy: policyOf(key) };
const receiver = createEvidenceReceiver({ store, ledger, transactor: postgresTransactor(pool), trust: () => trust, clock });
const { tokens, oidc } = await callerTokens(['evidence:publish']);
const server = await createServer({
  modules: [evidenceModule({ receiver, store, ledger }) as ServerModule],
  authenticators: [oidcAuthenticator({ issuers: [oidc], clock })],
  graphql: { sdl: contract('schema.graphql'), manifest: JSON.parse(contract('operations/manifest.json')) as Record<string, string> },
  clock,
  log: createJsonLog({ destination: process.stderr }),
  port: 0,
  limits: { perAddress: { requests: 1_000_000, seconds: 1 }, perPrincipal: { requests: 1_000_000, seconds: 1 }, bodyBytes: 2_097_152 },
});
const { port } = new URL(await server.listen());
process.send?.({ port: Number(port), token: tokens[0] });
