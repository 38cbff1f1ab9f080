import { describe, it } from 'vitest';
import { createMemoryLedger } from './memory-ledger.ts';
import { memoryTransactor } from './memory-transactor.ts';
import { ledgerConformance } from './testing.ts';

ledgerConformance({ describe, it }, 'memory', async () => ({
  ledger: createMemoryLedger(),
  transactor: memoryTransactor(),
  close: async () => undefined,
}));
