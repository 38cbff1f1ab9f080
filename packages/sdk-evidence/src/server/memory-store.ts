// Evidence in memory, for tests and demonstrations. Its transactor runs one unit at a time, so what is read here still holds at commit.
import type { ReleaseEvidence } from '@promotable/contracts';
import { type DigestSet, emptyDigestSet, isForeignRecord, nextDigestSet } from './digest-set.ts';
import type { EvidenceRecord, ReleaseKey, SignedRecord } from './evidence-record.ts';
import { type EvidenceStore, maxSpooled, maxUntrusted } from './evidence-store.ts';
import { idempotencyConflict } from './idempotency-conflict.ts';
import { releaseActivity } from './release-activity.ts';
import { releaseEvidenceOf } from './release-evidence.ts';

/** Needs a transactor that runs one unit of work at a time, as the ledger's `memoryTransactor` does. */
export function memoryEvidenceStore(): EvidenceStore {
  const records: EvidenceRecord[] = [];
  const byDigest = new Map<string, EvidenceRecord>();
  const byKey = new Map<string, EvidenceRecord>();
  const digestSets = new Map<string, DigestSet>();
  const untrusted = new Map<string, Set<string>>();
  /** Of each release, until when which statement is said to be held back. */
  const spooled = new Map<string, Map<string, number>>();

  const recordsOf = (release: ReleaseKey): EvidenceRecord[] => records.filter((record) => nameOf(record) === nameOf(release));

  return {
    async insert(record, { tx, mayRebuild, appendEntry }) {
      if (tx.sql !== null) throw new TypeError('the memory store needs a memory transaction');
      const byThisKey = byKey.get(nameIn(record.tenant, record.idempotencyKey));
      if (byThisKey !== undefined && byThisKey.statementDigest !== record.statementDigest) throw idempotencyConflict(record.idempotencyKey);
      const first = byDigest.get(nameIn(record.tenant, record.statementDigest));
      if (first !== undefined) return { isNew: false, record: first };
      const before = digestSets.get(nameOf(record)) ?? emptyDigestSet;
      const after = nextDigestSet(before, record, mayRebuild);
      const stored = structuredClone({
        ...record,
        ingestSequence: await appendEntry(record, { rebuilt: after.rebuildRevision > before.rebuildRevision }),
      });
      tx.onCommit(() => {
        records.push(stored);
        byDigest.set(nameIn(record.tenant, record.statementDigest), stored);
        byKey.set(nameIn(record.tenant, record.idempotencyKey), stored);
        digestSets.set(nameOf(record), after);
        untrusted.get(nameOf(record))?.delete(record.statementDigest);
        spooled.get(nameOf(record))?.delete(record.statementDigest);
      });
      return { isNew: true, record: stored };
    },

    async rememberUntrusted(release, statementDigest) {
      const first = byDigest.get(nameIn(release.tenant, statementDigest));
      if (first !== undefined) return first;
      const refused = untrusted.get(nameOf(release)) ?? new Set();
      untrusted.set(nameOf(release), refused);
      if (refused.size < maxUntrusted) refused.add(statementDigest);
      return null;
    },

    async rememberSpooled(release, statementDigest, { at, until }) {
      if (byDigest.has(nameIn(release.tenant, statementDigest))) return false;
      const noted = new Map([...(spooled.get(nameOf(release)) ?? [])].filter(([, end]) => end > at));
      spooled.set(nameOf(release), noted);
      if (!noted.has(statementDigest) && noted.size >= maxSpooled) return false;
      noted.set(statementDigest, until);
      return true;
    },

    async releaseEvidence({ environment, stage, ...release }): Promise<ReleaseEvidence> {
      const all = recordsOf(release);
      const signed = all
        .filter((record): record is SignedRecord => record.signed)
        .map((record) => ({ ...record, foreign: isForeignRecord(record) }));
      return releaseEvidenceOf({
        release,
        ...(digestSets.get(nameOf(release)) ?? emptyDigestSet),
        known: signed.some(({ foreign }) => !foreign),
        untrusted: [...(untrusted.get(nameOf(release)) ?? [])].filter((digest) => !byDigest.has(nameIn(release.tenant, digest))).length,
        unsigned: all.length - signed.length,
        spooledUntil: [...(spooled.get(nameOf(release)) ?? [])]
          .filter(([digest]) => !byDigest.has(nameIn(release.tenant, digest)))
          .map(([, until]) => until)
          .sort((a, b) => a - b),
        build: signed.filter(({ predicate }) => predicate.checkpoint === 'build'),
        stage: signed.filter(
          ({ predicate }) => predicate.checkpoint === stage && 'environment' in predicate && predicate.environment === environment,
        ),
      });
    },

    async records(release, limit) {
      return recordsOf(release)
        .sort((a, b) => b.ingestSequence - a.ingestSequence)
        .slice(0, limit);
    },

    activity: async (query) => releaseActivity(records, query),
  };
}

function nameOf({ tenant, service, releaseId }: ReleaseKey): string {
  return JSON.stringify([tenant, service, releaseId]);
}

function nameIn(tenant: string, name: string): string {
  return JSON.stringify([tenant, name]);
}
