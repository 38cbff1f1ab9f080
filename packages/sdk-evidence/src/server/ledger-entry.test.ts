import { expect, it } from 'vitest';
import type { NewEvidenceRecord } from './evidence-record.ts';
import { ledgerEntryOf } from './ledger-entry.ts';
import { buildPredicate, releaseId, service, stagePredicate, startedAt } from './sample-evidence.ts';

const identity = { tenant: 'acme', service, releaseId, statementDigest: 'd'.repeat(64), receivedAt: startedAt };
const entryOf = (content: object, rebuilt = false) =>
  ledgerEntryOf({ ...identity, ...content } as unknown as NewEvidenceRecord, 'ci', rebuilt);

it('the ledger entry of a record says what happened, to which release, at which stage, by whom and when', () => {
  const entry = {
    tenant: 'acme',
    stream: 'evidence',
    bodyDigest: 'd'.repeat(64),
    actor: 'ci',
    at: '2026-11-21T12:00:00.000Z',
  };
  const build = { signed: true, predicate: buildPredicate() };
  expect(entryOf(build)).toEqual({ ...entry, type: 'evidence.accepted', subject: 'checkout/1.4.2/-/build' });
  expect(entryOf(build, true)).toEqual({ ...entry, type: 'evidence.rebuilt', subject: 'checkout/1.4.2/-/build' });
  const stage = { signed: true, predicate: stagePredicate() };
  expect(entryOf(stage)).toEqual({ ...entry, type: 'evidence.accepted', subject: 'checkout/1.4.2/production/20' });
  const claims = (environment: string | null, checkpoint: string | null) => ({ signed: false, claims: { environment, checkpoint } });
  expect(entryOf(claims('staging', '50'))).toEqual({ ...entry, type: 'evidence.claimed', subject: 'checkout/1.4.2/staging/50' });
  expect(entryOf(claims(null, null)).subject).toBe('checkout/1.4.2/-/-');
});
