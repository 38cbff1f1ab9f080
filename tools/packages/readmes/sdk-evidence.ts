import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrustPolicy } from '@promotable/attest';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { keyFile, localKeySet, token, writeReports } from './release.ts';

export { clock } from './release.ts';

writeReports();
copyFileSync(keyFile('evidence.pem'), join(process.cwd(), 'key.pem'));
process.env['MC_TOKEN'] = token('publisher');

export const pool = new pg.Pool({ connectionString: process.env['SNIPPETS_POSTGRES_URI'], max: 2 });
export const keySet = localKeySet();
export const policy = parseTrustPolicy(JSON.parse(readFileSync(keyFile('trust-policy.json'), 'utf8')));
export const [tenant, service, releaseId, environment] = ['acme', 'checkout', '2026.11.21-1', 'production'] as const;

export async function stop(): Promise<void> {
  await pool.end();
}
