import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { describe, it } from 'vitest';
import { memoryEvidenceStore } from './memory-store.ts';
import { evidenceStoreConformance } from './store-conformance.ts';

evidenceStoreConformance({ describe, it }, 'memory', async () => ({
  store: memoryEvidenceStore(),
  ledger: createMemoryLedger(),
  transactor: memoryTransactor(),
  close: async () => undefined,
}));
