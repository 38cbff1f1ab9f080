import { generateSigningKey, localSigner } from '@promotable/attest';
import type { GovernanceOptions } from '@promotable/governance/server';
import { createPostgresLedger, postgresTransactor } from '@promotable/ledger/postgres';
import pg from 'pg';

export const pool = new pg.Pool({ connectionString: process.env['SNIPPETS_POSTGRES_URI'], max: 2 });

export const options: Omit<GovernanceOptions, 'store'> = {
  transactor: postgresTransactor(pool),
  ledger: createPostgresLedger({ pool }),
  signer: localSigner(generateSigningKey('ed25519').privateKeyPem),
  keySet: () => ({ version: 1, issuedAt: '2026-01-01T00:00:00Z', expiresAt: '2027-01-01T00:00:00Z', keys: [] }),
  reasons: () => null,
  limits: () => ({ waiverMaxMs: 1, overrideMaxMs: 1, breakGlassMaxMs: 1, countersignWithinMs: 1 }),
  clock: { now: Date.now },
};

export async function stop(): Promise<void> {
  await pool.end();
}
