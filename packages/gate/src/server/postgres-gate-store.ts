// The gate's store in PostgreSQL, schema `gate`. The statements are in postgres-statements.ts.
import type { DecisionPredicate, SqlClient, Transaction } from '@promotable/contracts';
import { GateError } from '../gate-error.ts';
import { modeOf, questionDigest, type ResolvedQuestion } from '../gate-question.ts';
import type {
  ActivePolicy,
  DecisionActivityQuery,
  EnvironmentKey,
  GateStore,
  KeptPolicy,
  NewDecision,
  RecordedDecision,
  StandingState,
  SubjectKey,
} from './gate-store.ts';
import { type DecisionRow, type PolicyRow, type ProvenListRow, statements } from './postgres-statements.ts';
import { reachableClient } from './reachable-client.ts';
import { emptyStanding, type EnvironmentStanding } from './standing.ts';

/** Decisions and standings in PostgreSQL; `record` writes through the transaction it is given. */
export function postgresGateStore(database: SqlClient): GateStore {
  const client = reachableClient(database);
  return {
    async startStage(question, at) {
      const values = [...subjectOf(question), question.podTemplateHash ?? '', modeOf(question), new Date(at)];
      const { rows } = await client.query<{ started_at: Date }>(statements.startStage, values);
      if (rows[0] !== undefined) return rows[0].started_at.getTime();
      // Another writer's row, which this statement's snapshot could not see yet.
      const again = await client.query<{ started_at: Date }>(statements.readStageStart, values.slice(0, -1));
      const startedAt = again.rows[0]?.started_at;
      if (startedAt === undefined) throw new GateError('CONTENTION', 'the start of the stage was taken away', { retryable: true });
      return startedAt.getTime();
    },

    async stageStart(question) {
      const values = [...subjectOf(question), question.podTemplateHash ?? '', modeOf(question)];
      const { rows } = await client.query<{ started_at: Date }>(statements.readStageStart, values);
      return rows[0]?.started_at.getTime() ?? null;
    },

    async readSubject(question) {
      const { rows } = await client.query<DecisionRow & { latest: number | null }>(statements.readSubject, [
        ...subjectOf(question),
        questionDigest(question),
      ]);
      const row = rows[0];
      return { revision: row?.latest ?? 0, recorded: row === undefined || row.decision === null ? null : recordedOf(row) };
    },

    async readStanding(key) {
      const { rows } = await client.query<{ revision: number; standing: EnvironmentStanding }>(statements.readStanding, environmentOf(key));
      return rows[0] ?? { revision: 0, standing: emptyStanding };
    },

    async record(entry, { tx }) {
      const sql = sqlOf(tx);
      return (await insertDecision(sql, entry)) && (entry.standing === null || (await writeStanding(sql, entry.decision, entry.standing)));
    },

    async decision(tenant, id) {
      const { rows } = await client.query<DecisionRow>(statements.decision, [tenant, id]);
      return rows[0] === undefined ? null : recordedOf(rows[0]);
    },

    async decisions({ tenant, service, releaseId, limit }) {
      const { rows } = await client.query<DecisionRow>(statements.decisions, [tenant, service, releaseId, limit]);
      return rows.map(recordedOf);
    },

    async passBefore(tenant, id) {
      const { rows } = await client.query<DecisionRow>(statements.passBefore, [tenant, id]);
      return rows[0] === undefined ? null : recordedOf(rows[0]);
    },

    async activity(query) {
      const { rows } = await client.query<{ service: string; release_id: string; at: string }>(statements.activity, activityValues(query));
      return rows.map(({ service, release_id, at }) => ({ service, releaseId: release_id, at: Date.parse(at) }));
    },

    async latestDecisions(tenant, releases) {
      const { rows } = await client.query<Pick<DecisionRow, 'decision' | 'held_since'>>(statements.latestDecisions, [
        tenant,
        releases.map(({ service }) => service),
        releases.map(({ releaseId }) => releaseId),
      ]);
      return rows.map(({ decision, held_since }) => ({ decision, heldSince: held_since?.getTime() ?? null }));
    },

    async provenList(key) {
      const { rows } = await client.query<ProvenListRow>(statements.provenList, environmentOf(key));
      const [row] = rows;
      return row === undefined
        ? null
        : { revision: row.revision, fingerprint: row.fingerprint, issuedAt: row.issued_at.getTime(), bundle: row.bundle };
    },

    async recordProvenList(key, { revision, fingerprint, issuedAt, bundle }) {
      const values = [...environmentOf(key), revision, fingerprint, new Date(issuedAt), JSON.stringify(bundle)];
      const { rowCount } = await client.query(statements.recordProvenList, values);
      return rowCount === 1;
    },

    async keepPolicy({ digest, entrypoint, layer, data, wasm }) {
      await client.query(statements.keepPolicy, [digest, entrypoint, layer, JSON.stringify(data), Buffer.from(wasm)]);
    },

    async policy(digest): Promise<KeptPolicy | null> {
      const { rows } = await client.query<PolicyRow>(statements.policy, [digest]);
      return rows[0] === undefined ? null : { ...rows[0], wasm: new Uint8Array(rows[0].wasm) };
    },

    async activatePolicy(digest) {
      const { rows } = await client.query<ActivePolicy>(statements.activatePolicy, [digest]);
      if (rows[0] === undefined) throw new GateError('POLICY_NOT_LOADED', `no policy ${digest} is kept`);
      return rows[0];
    },

    async activePolicy() {
      const { rows } = await client.query<ActivePolicy>(statements.activePolicy);
      return rows[0] ?? null;
    },
  };
}

function activityValues({ tenant, services, search, among, environment, verdict, before, limit }: DecisionActivityQuery): unknown[] {
  return [
    ...[tenant, services, search],
    ...[among?.map(({ service }) => service) ?? null, among?.map(({ releaseId }) => releaseId) ?? null],
    ...[environment, verdict],
    ...[before === null ? null : new Date(before.at).toISOString(), before?.service ?? null, before?.releaseId ?? null],
    limit,
  ];
}

async function insertDecision(
  sql: SqlClient,
  { decision, bundle, facts, fingerprint, questionDigest: question, heldSince }: NewDecision,
): Promise<boolean> {
  const { rowCount } = await sql.query(statements.insertDecision, [
    ...subjectOf(subjectKey(decision)),
    decision.revision,
    decision.id,
    question,
    fingerprint,
    decision.verdict,
    heldSince === null ? null : new Date(heldSince),
    decision.policyDigest,
    JSON.stringify(decision),
    JSON.stringify(bundle),
    JSON.stringify(facts),
  ]);
  return rowCount === 1;
}

async function writeStanding(sql: SqlClient, { subject }: DecisionPredicate, { revision, standing }: StandingState): Promise<boolean> {
  const { rowCount } = await sql.query(statements.writeStanding, [...environmentOf(subject), revision, JSON.stringify(standing)]);
  return rowCount === 1;
}

function recordedOf({ decision, bundle, facts, fingerprint, question_digest, held_since }: DecisionRow): RecordedDecision {
  return { decision, bundle, facts, fingerprint, questionDigest: question_digest, heldSince: held_since?.getTime() ?? null };
}

function sqlOf({ sql }: Transaction): SqlClient {
  if (sql === null) throw new GateError('CONFIGURATION', 'the PostgreSQL store needs a PostgreSQL transaction');
  return sql;
}

function subjectKey({ subject }: DecisionPredicate): SubjectKey {
  return { ...subject, stage: subject.stage ?? '' };
}

function subjectOf({ tenant, service, releaseId, environment, stage }: SubjectKey | ResolvedQuestion): unknown[] {
  return [tenant, service, releaseId, environment, stage];
}

function environmentOf({ tenant, service, environment }: EnvironmentKey): unknown[] {
  return [tenant, service, environment];
}
