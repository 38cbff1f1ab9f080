// The gate's store in memory, for tests and for trying things out: same rules as PostgreSQL, gone with the process.
import { GateError } from '../gate-error.ts';
import { modeOf, questionDigest, type ResolvedQuestion } from '../gate-question.ts';
import { decisionActivity, latestDecisions } from './decision-activity.ts';
import type {
  ActivePolicy,
  EnvironmentKey,
  GateStore,
  KeptPolicy,
  NewDecision,
  RecordedDecision,
  RecordedProvenList,
  StandingState,
  SubjectKey,
} from './gate-store.ts';
import { emptyStanding } from './standing.ts';

/** Writes of `record` take effect when its transaction commits; its transactor must run one unit at a time. */
export function memoryGateStore(): GateStore {
  const stageStarts = new Map<string, number>();
  /** In the order in which they were recorded. */
  const decisions: RecordedDecision[] = [];
  const standings = new Map<string, StandingState>();
  const provenLists = new Map<string, RecordedProvenList>();
  const policies = new Map<string, KeptPolicy>();
  let active: ActivePolicy | null = null;

  const ofSubject = (key: string) =>
    decisions.filter(({ decision }) => subjectKey({ ...decision.subject, stage: decision.subject.stage ?? '' }) === key);
  const latestRevision = (key: string) => Math.max(0, ...ofSubject(key).map(({ decision }) => decision.revision));
  const standingOf = (key: string) => standings.get(key) ?? { revision: 0, standing: emptyStanding };
  const find = (tenant: string, id: string) =>
    decisions.findIndex(({ decision }) => decision.id === id && decision.subject.tenant === tenant);

  return {
    async startStage(question, at) {
      const key = stageKey(question);
      const startedAt = stageStarts.get(key) ?? at;
      stageStarts.set(key, startedAt);
      return startedAt;
    },

    stageStart: async (question) => stageStarts.get(stageKey(question)) ?? null,

    async readSubject(question) {
      const key = subjectKey(question);
      const digest = questionDigest(question);
      return structuredClone({
        revision: latestRevision(key),
        recorded: ofSubject(key).findLast((recorded) => recorded.questionDigest === digest) ?? null,
      });
    },

    readStanding: async (key) => structuredClone(standingOf(environmentKey(key))),

    async record({ standing, ...recorded }: NewDecision, { tx }) {
      if (tx.sql !== null) throw new GateError('CONFIGURATION', 'the memory store needs a memory transaction');
      const { subject, revision, policyDigest } = recorded.decision;
      const environment = environmentKey(subject);
      if (!policies.has(policyDigest)) throw new GateError('POLICY_NOT_LOADED', `no policy ${policyDigest} is kept`);
      if (latestRevision(subjectKey({ ...subject, stage: subject.stage ?? '' })) !== revision - 1) return false;
      if (standing !== null && standingOf(environment).revision !== standing.revision - 1) return false;
      const copy = structuredClone({ recorded, standing });
      tx.onCommit(() => {
        decisions.push(copy.recorded);
        if (copy.standing !== null) standings.set(environment, copy.standing);
      });
      return true;
    },

    async decision(tenant, id) {
      return structuredClone(decisions[find(tenant, id)] ?? null);
    },

    async decisions({ tenant, service, releaseId, limit }) {
      const matching = decisions.filter(
        ({ decision: { subject } }) => subject.tenant === tenant && subject.service === service && subject.releaseId === releaseId,
      );
      return structuredClone(matching.reverse().slice(0, limit));
    },

    async passBefore(tenant, id) {
      const index = find(tenant, id);
      const here = decisions[index]?.decision.subject;
      if (here === undefined) return null;
      const isPassHere = ({ decision: { subject, verdict, mode } }: RecordedDecision) =>
        verdict === 'pass' && mode === 'enforced' && subject.stage === here.stage && environmentKey(subject) === environmentKey(here);
      return structuredClone(decisions.slice(0, index).findLast(isPassHere) ?? null);
    },

    activity: async (query) => decisionActivity(decisions, query),

    latestDecisions: async (tenant, releases) => structuredClone(latestDecisions(decisions, tenant, releases)),

    provenList: async (key) => structuredClone(provenLists.get(environmentKey(key)) ?? null),

    async recordProvenList(key, list) {
      if ((provenLists.get(environmentKey(key))?.revision ?? 0) !== list.revision - 1) return false;
      provenLists.set(environmentKey(key), structuredClone(list));
      return true;
    },

    async keepPolicy({ digest, entrypoint, layer, data, wasm }) {
      if (!policies.has(digest)) policies.set(digest, structuredClone({ digest, entrypoint, layer, data, wasm }));
    },

    policy: async (digest) => structuredClone(policies.get(digest) ?? null),

    async activatePolicy(digest) {
      if (!policies.has(digest)) throw new GateError('POLICY_NOT_LOADED', `no policy ${digest} is kept`);
      if (active?.digest !== digest) active = { digest, revision: (active?.revision ?? 0) + 1 };
      return active;
    },

    activePolicy: async () => active,
  };
}

function subjectKey({ tenant, service, releaseId, environment, stage }: SubjectKey | ResolvedQuestion): string {
  return JSON.stringify([tenant, service, releaseId, environment, stage]);
}

function stageKey(question: ResolvedQuestion): string {
  return JSON.stringify([subjectKey(question), question.podTemplateHash, modeOf(question)]);
}

function environmentKey({ tenant, service, environment }: EnvironmentKey): string {
  return JSON.stringify([tenant, service, environment]);
}
