import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { newEpoch } from './epoch.ts';
import * as postgres from './postgres.ts';

it('ships its migrations beside the code', async () => {
  expect(postgres.ledgerMigrations.schema).toBe('ledger');
  expect(await readdir(postgres.ledgerMigrations.directory)).toContain('0001_ledger.sql');
});

it('makes epochs that are UUIDs of version 7 and grow with time', () => {
  const random = () => Buffer.alloc(10, 0xff);
  expect(newEpoch({ now: () => 0x0199_1234_5678 }, random)).toBe('01991234-5678-7fff-bfff-ffffffffffff');
  expect(newEpoch({ now: () => 2 }) > newEpoch({ now: () => 1 }, random)).toBe(true);
});
