// The place where conformance tests publish and ask: a receiver over the store under test.
import assert from 'node:assert/strict';
import type { Bundle, ReleaseEvidence, Transactor } from '@promotable/contracts';
import type { SealableLedger } from '@promotable/ledger';
import type { EvidenceErrorCode } from '../evidence-error.ts';
import type { EvidenceBundle, EvidenceReceipt } from '@promotable/contracts/graphql';
import type { EvidenceStore } from './evidence-store.ts';
import { evidenceStream } from './ledger-entry.ts';
import { createEvidenceReceiver, type EvidenceReceiverOptions } from './receive.ts';
import * as sample from './sample-evidence.ts';

/** A fresh, empty store with the ledger and the transactor of the same kind. */
export interface EvidenceStoreHarness {
  readonly store: EvidenceStore;
  readonly ledger: SealableLedger;
  readonly transactor: Transactor;
  close(): Promise<void>;
}

const { releaseId, service } = sample;
export const release = { tenant: 'acme', service, releaseId };

/** Where a test publishes and asks. */
export interface Desk extends EvidenceStoreHarness {
  publish(bundle: Bundle, changes?: Record<string, unknown>, caller?: Parameters<typeof sample.principal>[0]): Promise<EvidenceBundle>;
  publishInput(input: unknown, caller?: Parameters<typeof sample.principal>[0]): Promise<EvidenceBundle>;
  standing(changes?: Partial<{ tenant: string; environment: string; stage: string; releaseId: string }>): Promise<ReleaseEvidence>;
  count(tenant?: string): Promise<number>;
  unsealed(tenant?: string): Promise<number>;
  trust: EvidenceReceiverOptions['trust'];
  /** What the store told the ledger of each record it inserted: whether it replaced the release's artifacts. */
  readonly rebuilt: boolean[];
  /** The receiver's; stands still until it is moved. */
  readonly clock: ReturnType<typeof sample.fixedClock>;
}

export function deskOf(harness: EvidenceStoreHarness): Desk {
  const clock = sample.fixedClock();
  const rebuilt: boolean[] = [];
  const told: EvidenceStore = {
    ...harness.store,
    insert: (record, options) =>
      harness.store.insert(record, {
        ...options,
        appendEntry(inserted, change) {
          rebuilt.push(change.rebuilt);
          return options.appendEntry(inserted, change);
        },
      }),
  };
  const desk: Desk = {
    ...harness,
    clock,
    rebuilt,
    trust: () => sample.trustOf(sample.trustedKey),
    publish: (bundle, changes, caller) => desk.publishInput(sample.inputOf(bundle, changes), caller),
    publishInput: (input, caller) =>
      createEvidenceReceiver({ ...harness, store: told, clock, trust: () => desk.trust() }).receive(sample.principal(caller), input),
    standing: (changes) => harness.store.releaseEvidence({ ...release, environment: 'production', stage: '20', ...changes }),
    count: async (tenant = 'acme') => (await harness.store.records({ ...release, tenant }, 200)).length,
    unsealed: async (tenant = 'acme') => (await harness.ledger.head(evidenceStream(tenant))).unsealed,
  };
  return desk;
}

/** The error of a publish that must be refused. */
export async function refusal(work: Promise<unknown>): Promise<{ code: EvidenceErrorCode; receipt: EvidenceReceipt; retryable: boolean }> {
  return work.then(
    () => assert.fail('was accepted'),
    (error: { code: EvidenceErrorCode; receipt: EvidenceReceipt; retryable: boolean }) => error,
  );
}
