import type { Transactor } from '@promotable/contracts';
import { memoryTransactor } from '@promotable/ledger';
import type { DecidedSubject } from '@promotable/notify';
import { createJsonLog } from '@promotable/server-kit';

export const logger = createJsonLog({ level: 'silent' });
export const transactor: Transactor = memoryTransactor();
export const counted = (_channel: string, _outcome: string): void => undefined;

export const decision: DecidedSubject['notification'] = {
  ...{ id: '0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10', at: new Date().toISOString(), verdict: 'fail', override: null, heldSince: null },
  subject: { tenant: 'acme', service: 'checkout', environment: 'production', releaseId: '1.4.1', stage: '50' },
  ...{ reasons: [], warnings: [], digests: [], decisionUrl: null, runbookUrl: null, traceId: null },
};
