import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localSigner } from '@promotable/attest';
import type { EvidenceSource, ExceptionSource, SignerStatus } from '@promotable/gate';
import { createPostgresLedger, postgresTransactor } from '@promotable/ledger/postgres';
import { createJsonLog } from '@promotable/server-kit';
import { postgresEvidenceStore } from '@promotable/sdk-evidence/server/postgres';
import pg from 'pg';
import { decide, digest, keyFile, localKeySet, mcData, mcUrl, publishBuild, writeReports } from './release.ts';

export { clock } from './release.ts';

writeReports();
await publishBuild('2026.11.21-1');

export const values = {
  'https://mc.example': mcUrl,
  '/var/run/secrets/mc/token': join(mcData, 'tokens/gate'),
  '/etc/promotable/root.pem': keyFile('root.pub'),
  '/var/lib/gate/state.json': join(process.cwd(), 'state.json'),
  'sha256:…': digest,
};

export const pool = new pg.Pool({ connectionString: process.env['SNIPPETS_POSTGRES_URI'], max: 2 });
export const transactor = postgresTransactor(pool);
export const ledger = createPostgresLedger({ pool });
export const evidence: EvidenceSource = postgresEvidenceStore(pool);
export const signers: SignerStatus = { statusOf: () => 'trusted' };
export const exceptions: ExceptionSource = { exceptions: async () => [] };
export const signer = localSigner(readFileSync(keyFile('decision.pem'), 'utf8'));
export const logger = createJsonLog({ level: 'silent' });

export const { record } = await decide('2026.11.21-1');
export const keySet = localKeySet();

export async function stop(): Promise<void> {
  await pool.end();
}
