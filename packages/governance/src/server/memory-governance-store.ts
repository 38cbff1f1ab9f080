import type { Transaction } from '@promotable/contracts';
import { awaitsCountersign, type ExceptionRecord } from '../exception-record.ts';
import type { GovernanceStore } from './governance-store.ts';

/** Waivers and overrides in this process; use `memoryTransactor` of the ledger with it. */
export function memoryGovernanceStore(): GovernanceStore {
  const records = new Map<string, ExceptionRecord>();
  const keyOf = ({ tenant, id }: Pick<ExceptionRecord, 'tenant' | 'id'>): string => JSON.stringify([tenant, id]);
  const all = (): ExceptionRecord[] => [...records.values()];
  const write = (record: ExceptionRecord, tx: Transaction): void => {
    const kept = structuredClone(record);
    tx.onCommit(() => void records.set(keyOf(kept), kept));
  };
  const byKey = (tenant: string, key: string): ExceptionRecord | undefined =>
    all().find((record) => record.tenant === tenant && record.idempotencyKey === key);
  return {
    async insert(record, { tx }) {
      const { tenant, idempotencyKey } = record;
      if (records.has(keyOf(record)) || (idempotencyKey !== null && byKey(tenant, idempotencyKey) !== undefined)) return false;
      write(record, tx);
      return true;
    },

    async replace(record, { tx }) {
      if (records.get(keyOf(record))?.revision !== record.revision - 1) return false;
      write(record, tx);
      return true;
    },

    record: async (tenant, id) => structuredClone(records.get(keyOf({ tenant, id })) ?? null),

    recordByKey: async (tenant, key) => structuredClone(byKey(tenant, key) ?? null),

    page: async (tenant, after, limit) =>
      structuredClone(
        all()
          .filter((record) => record.tenant === tenant && (after === null || record.id > after))
          .sort((a, b) => compare(a.id, b.id))
          .slice(0, limit),
      ),

    async issued({ tenant, service, environment, digests, endedAfter, limit }) {
      const here = all().filter(
        (record) =>
          record.tenant === tenant && record.service === service && record.environment === environment && record.issuedAt !== null,
      );
      const awaiting = here.filter(awaitsCountersign).sort((a, b) => (a.issuedAt ?? 0) - (b.issuedAt ?? 0) || compare(a.id, b.id));
      const concerned = here
        .filter((record) => !awaitsCountersign(record) && endOf(record) > endedAfter && record.digests.some((one) => digests.includes(one)))
        .sort((a, b) => endOf(b) - endOf(a) || compare(a.id, b.id));
      return structuredClone([...awaiting, ...concerned].slice(0, limit));
    },

    async countAlive({ tenant, service, environment }, at) {
      return all().filter(
        (record) => record.tenant === tenant && record.service === service && record.environment === environment && endOf(record) > at,
      ).length;
    },

    async list({ tenant, services, environment, kind, aliveAt, limit }) {
      return structuredClone(
        all()
          .filter(
            (record) =>
              record.tenant === tenant &&
              (services === null || services.includes(record.service)) &&
              (environment === null || record.environment === environment) &&
              (kind === null || record.kind === kind) &&
              (aliveAt === null || endOf(record) > aliveAt),
          )
          .sort((a, b) => b.requestedAt - a.requestedAt || compare(a.id, b.id))
          .slice(0, limit),
      );
    },
  };
}

/** A revoked exception ended when it was revoked. */
function endOf({ expiresAt, revokedAt }: ExceptionRecord): number {
  return Math.min(expiresAt, revokedAt ?? expiresAt);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
