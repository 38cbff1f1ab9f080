// Record, ledger entries and whoever takes part, in one transaction or not at all.
import { randomBytes } from 'node:crypto';
import { signStatement } from '@promotable/attest';
import type { ExceptionRecord } from '../exception-record.ts';
import { exceptionStatement } from '../exception-statement.ts';
import { GovernanceError } from '../governance-error.ts';
import type { GovernanceOptions } from './governance-options.ts';
import { sealed } from '../words.ts';
import { ledgerEntry } from './ledger-entry.ts';

/** Lost races in a row before a change is given up. */
const maxAttempts = 10;
/** Thrown inside a transaction to roll it back; never leaves this file. */
const lostRace = new Error('another writer came first');

const drawSalt = (): string => randomBytes(16).toString('hex');

export interface WriteContext {
  readonly traceId: string | null;
  readonly signal?: AbortSignal | undefined;
}

export interface ExceptionWriter {
  /** Writes a new record, once per id and idempotency key; answers the record on file. @throws {GovernanceError} `IDEMPOTENCY_CONFLICT` (422) */
  create(record: ExceptionRecord, context: WriteContext): Promise<ExceptionRecord>;
  /** Applies a change to what is on file, as often as another writer comes first. @throws {GovernanceError} `CONTENTION`, what `read` and `change` throw */
  change(
    read: () => Promise<ExceptionRecord>,
    change: (record: ExceptionRecord) => ExceptionRecord,
    context: WriteContext,
  ): Promise<ExceptionRecord>;
}

export function exceptionWriter({ store, transactor, ledger, signer, onAct, randomSalt = drawSalt }: GovernanceOptions): ExceptionWriter {
  /** In force means signed: a record that came into force gets its statement before it is written, over the seals of its texts. */
  async function signed(written: ExceptionRecord, actsBefore: number, { signal }: WriteContext): Promise<ExceptionRecord> {
    const record = sealed(written, actsBefore, randomSalt);
    if (record.issuedAt === null || record.bundle !== null) return record;
    if (signer === null)
      throw new GovernanceError('CONFIGURATION', 'this installation has no key for waivers and overrides', { status: 501 });
    const bundle = await signStatement(exceptionStatement(record), signer, signal === undefined ? {} : { signal });
    return { ...record, bundle };
  }

  async function write(
    record: ExceptionRecord,
    actsBefore: number,
    method: 'insert' | 'replace',
    traceId: string | null,
  ): Promise<boolean> {
    const acts = record.acts.slice(actsBefore);
    try {
      await transactor.transaction(async (tx) => {
        if (!(await store[method](record, { tx }))) throw lostRace;
        await ledger.append(
          acts.map((act) => ledgerEntry(record, act)),
          { tx },
        );
        for (const act of acts) await onAct?.({ record, act, traceId }, { tx });
      });
      return true;
    } catch (error) {
      if (error === lostRace) return false;
      throw error;
    }
  }

  return {
    async create(record, context) {
      const complete = await signed(record, 0, context);
      if (await write(complete, 0, 'insert', context.traceId)) return complete;
      const { tenant, id, idempotencyKey, requestDigest } = record;
      const first = (await store.record(tenant, id)) ?? (idempotencyKey === null ? null : await store.recordByKey(tenant, idempotencyKey));
      if (first?.requestDigest === requestDigest) return first;
      throw new GovernanceError('IDEMPOTENCY_CONFLICT', 'this key was used for another request', { status: 422 });
    },

    async change(read, change, context) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const before = await read();
        const after = change(before);
        if (after === before) return before;
        const complete = await signed(after, before.acts.length, context);
        if (await write(complete, before.acts.length, 'replace', context.traceId)) return complete;
      }
      throw new GovernanceError('CONTENTION', `another writer came first ${maxAttempts} times`, { retryable: true, status: 409 });
    },
  };
}
