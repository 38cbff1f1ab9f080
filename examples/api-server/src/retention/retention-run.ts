// Removes what is old enough, a bounded batch at a time: begun again, it goes on with what is left. What is deployed or held is never touched.
import { digestOf } from '@promotable/attest';
import type { Clock, SqlClient, Transaction, Transactor } from '@promotable/contracts';
import type { Ledger } from '@promotable/ledger';
import { ServerKitError } from '@promotable/server-kit';
import { type StandingRow, statements } from './retention-statements.ts';

/** The log of holds and removals. */
export const retentionStream = 'retention';

const dayMs = 86_400_000;
/** Exceptions that one transaction removes, and transactions of one run. */
const maxExceptions = 500;
const maxRounds = 20;
/** Rolls a look back; never leaves this file. */
const onlyLooked = new Error('only looked');

/** How long what is kept, days. */
export interface RetentionSettings {
  /** Decisions with their facts, the evidence they count, waivers and overrides; from the last activity of a release on. */
  readonly decisionDays: number;
  /** Evidence that no decision counts. */
  readonly evidenceDays: number;
}

export interface RetentionParts {
  readonly sql: SqlClient;
  readonly transactor: Transactor;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: RetentionSettings;
}

export interface BatchRequest {
  readonly tenant: string;
  readonly actor: string;
  /** Looks at everything and removes nothing. */
  readonly dryRun: boolean;
  /** Releases to look at. */
  readonly limit: number;
  /** Where the batch before ended. */
  readonly after: { readonly service: string; readonly releaseId: string } | null;
}

export interface Removed {
  readonly service: string;
  readonly releaseId: string;
  /** `release`: all of it; `uncounted`: evidence that no decision counts. */
  readonly what: 'release' | 'uncounted';
  readonly records: number;
  readonly decisions: number;
}

export interface BatchReport {
  readonly dryRun: boolean;
  readonly looked: number;
  readonly removed: readonly Removed[];
  readonly exceptions: number;
  /** Old enough, and kept all the same. */
  readonly kept: { readonly deployed: number; readonly held: number };
  readonly next: BatchRequest['after'];
}

export function retentionRun({
  sql,
  transactor,
  ledger,
  clock,
  settings,
}: RetentionParts): (request: BatchRequest) => Promise<BatchReport> {
  async function inTransaction<T>({ tenant, dryRun }: BatchRequest, work: (tx: Transaction, client: SqlClient) => Promise<T>): Promise<T> {
    let result: { readonly value: T } | null = null;
    try {
      await transactor.transaction(async (tx) => {
        if (tx.sql === null) throw new ServerKitError('INTERNAL', 'Retention needs a PostgreSQL transaction.', { status: 500 });
        await tx.sql.query(statements.lock, [tenant]);
        result = { value: await work(tx, tx.sql) };
        // What a look finds is what a run removes: the same statements, taken back.
        if (dryRun) throw onlyLooked;
      });
    } catch (error) {
      if (error !== onlyLooked) throw error;
    }
    return (result as unknown as { readonly value: T }).value;
  }

  async function remember(tx: Transaction, { tenant, actor }: BatchRequest, subject: string, body: object, type: string): Promise<void> {
    const at = new Date(clock.now());
    await tx.sql?.query(statements.remember, [tenant, subject, JSON.stringify(body), actor, at]);
    await ledger.append([{ tenant, stream: retentionStream, type, subject, bodyDigest: digestOf(body), actor, at: at.toISOString() }], {
      tx,
    });
  }

  /** Looks again under the release's own lock, which every publish takes: what arrived meanwhile makes it young. */
  function removeOne(request: BatchRequest, { service, release_id }: StandingRow): Promise<Removed | null> {
    const key = [request.tenant, service, release_id];
    return inTransaction(request, async (tx, client) => {
      await client.query(statements.lockRelease, key);
      const [row] = (await client.query<StandingRow>(statements.release, key)).rows;
      const what = row === undefined ? null : whatToRemove(row, settings, clock.now());
      if (what === null) return null;
      const [records, decisions] = what === 'uncounted' ? [await removeUncounted(client, key), []] : await removeRelease(client, key);
      if (what === 'uncounted' && records.length === 0) return null;
      const body = { service, releaseId: release_id, records: records.sort(), decisions: decisions.sort() };
      await remember(tx, request, `${service}/${release_id}`, body, what === 'release' ? 'release.removed' : 'evidence.removed');
      return { service, releaseId: release_id, what, records: records.length, decisions: decisions.length };
    });
  }

  /** With the first batch, as many as there are, within bounds. */
  async function removeExceptions(request: BatchRequest): Promise<number> {
    if (request.after !== null) return 0;
    let sum = 0;
    for (let round = 0; round < maxRounds; round++) {
      const count = await removeSomeExceptions(request);
      sum += count;
      if (request.dryRun || count < maxExceptions) break;
    }
    return sum;
  }

  function removeSomeExceptions(request: BatchRequest): Promise<number> {
    const before = new Date(clock.now() - settings.decisionDays * dayMs);
    const limit = request.dryRun ? maxExceptions * maxRounds : maxExceptions;
    return inTransaction(request, async (tx, client) => {
      const { rows } = await client.query<{ id: string }>(statements.removeExceptions, [request.tenant, before, limit]);
      const ids = rows.map(({ id }) => id).sort();
      if (ids.length > 0) await remember(tx, request, 'exceptions', { exceptions: ids }, 'exceptions.removed');
      return ids.length;
    });
  }

  return async (request) => {
    const { tenant, after, limit, dryRun } = request;
    const { rows } = await sql.query<StandingRow>(statements.page, [tenant, after?.service ?? '', after?.releaseId ?? '', limit]);
    const removed: Removed[] = [];
    for (const row of rows) {
      if (whatToRemove(row, settings, clock.now()) === null) continue;
      const one = await removeOne(request, row);
      if (one !== null) removed.push(one);
    }
    const exceptions = await removeExceptions(request);
    const old = rows.filter((row) => whatToRemove({ ...row, deployed: false, held: false }, settings, clock.now()) !== null);
    const last = rows.at(-1);
    return {
      ...{ dryRun, looked: rows.length, removed, exceptions },
      kept: { deployed: old.filter(({ deployed }) => deployed).length, held: old.filter(({ held }) => held).length },
      next: last === undefined || rows.length < limit ? null : { service: last.service, releaseId: last.release_id },
    };
  };
}

function whatToRemove({ last_at, deployed, held }: StandingRow, settings: RetentionSettings, now: number): Removed['what'] | null {
  if (deployed || held || last_at === null) return null;
  const ageMs = now - last_at.getTime();
  if (ageMs > settings.decisionDays * dayMs) return 'release';
  return ageMs > settings.evidenceDays * dayMs ? 'uncounted' : null;
}

async function removeUncounted(client: SqlClient, key: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ statement_digest: string }>(statements.removeUncounted, [...key]);
  return rows.map(({ statement_digest }) => statement_digest);
}

async function removeRelease(client: SqlClient, key: readonly string[]): Promise<[string[], string[]]> {
  const records = (await client.query<{ statement_digest: string }>(statements.removeRecords, [...key])).rows;
  const decisions = (await client.query<{ id: string }>(statements.removeDecisions, [...key])).rows;
  for (const statement of [statements.removeNotices, statements.removeStarts, statements.removeRelease])
    await client.query(statement, [...key]);
  return [records.map(({ statement_digest }) => statement_digest), decisions.map(({ id }) => id)];
}
