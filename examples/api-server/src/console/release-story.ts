// One release's story, joined from the stores of evidence and decisions and from the ledger. For people; nothing here decides.
import { statementDigestOf } from '@promotable/attest';
import type { Budget, ReleaseStory, SinceLastPass, StoryDecision } from '@promotable/contracts/graphql';
import { changesSince } from '@promotable/gate';
import { decisionStream, type GateStore, type LoadedPolicy, type RecordedDecision } from '@promotable/gate/server';
import type { Ledger } from '@promotable/ledger';
import { evidenceStream, type EvidenceRecord, type EvidenceStore, type ReleaseKey } from '@promotable/sdk-evidence/server';
import { countingItems, storyEvidence } from './story-evidence.ts';

export interface StoryStores {
  readonly evidence: Pick<EvidenceStore, 'records' | 'releaseEvidence'>;
  readonly gate: Pick<GateStore, 'decisions' | 'passBefore'>;
  readonly ledger: Pick<Ledger, 'receipts' | 'receiptsByBody'>;
  readonly policy: Pick<LoadedPolicy, 'settings'>;
}

const maxRecords = 200;
const maxDecisions = 100;

/** Null where nothing is on record about the release. */
export async function releaseStory(stores: StoryStores, release: ReleaseKey): Promise<ReleaseStory | null> {
  const { evidence, gate, policy } = stores;
  const [records, decisions] = await Promise.all([
    evidence.records(release, maxRecords),
    gate.decisions({ ...release, limit: maxDecisions }),
  ]);
  const [standing, positions, told] = await Promise.all([
    countingItems(evidence, release, records),
    positionsOf(stores.ledger, release, records),
    storyDecisions(stores, release, decisions),
  ]);
  if (records.length === 0 && decisions.length === 0 && standing.untrusted === 0) return null;
  return {
    service: release.service,
    releaseId: release.releaseId,
    digests: [...standing.digests],
    rebuilds: standing.rebuilds,
    untrusted: standing.untrusted,
    evidence: records.map((record) => storyEvidence(record, standing.countsFor, positions.get(record.ingestSequence) ?? null)),
    decisions: told,
    budgets: environmentsOf(records, decisions).flatMap((environment) => budgetOf(policy, release.service, environment)),
  };
}

async function positionsOf(
  ledger: StoryStores['ledger'],
  { tenant }: ReleaseKey,
  records: readonly EvidenceRecord[],
): Promise<Map<number, number>> {
  const receipts = await ledger.receipts(
    evidenceStream(tenant),
    records.map(({ ingestSequence }) => ingestSequence),
  );
  return new Map(
    receipts.flatMap(({ ingestSequence, state }) => (state === 'unsealed' ? [] : [[ingestSequence, state.position] as const])),
  );
}

async function storyDecisions(
  { ledger, gate }: StoryStores,
  { tenant }: ReleaseKey,
  decisions: readonly RecordedDecision[],
): Promise<StoryDecision[]> {
  const bodies = decisions.map(({ bundle }) => statementDigestOf(bundle));
  const receipts = await ledger.receiptsByBody({ tenant, stream: decisionStream }, bodies);
  const places = new Map(receipts.map(({ bodyDigest, state }) => [bodyDigest, state === 'unsealed' ? null : state.position]));
  const told = new Set<string>();
  return Promise.all(
    decisions.map(async (recorded, index) => {
      const { mode, subject } = recorded.decision;
      const place = `${mode}/${subject.environment}/${subject.stage}`;
      const isLast = !told.has(place);
      told.add(place);
      const since = isLast && recorded.decision.verdict !== 'pass' ? await sinceLastPass(gate, recorded) : null;
      return storyDecision(recorded, since, places.get(bodies[index] ?? '') ?? null);
    }),
  );
}

async function sinceLastPass(gate: StoryStores['gate'], now: RecordedDecision): Promise<SinceLastPass | null> {
  const pass = await gate.passBefore(now.decision.subject.tenant, now.decision.id);
  if (pass === null) return null;
  const text = (value: string | number | null) => (value === null ? null : String(value));
  return {
    decisionId: pass.decision.id,
    releaseId: pass.decision.subject.releaseId,
    evaluatedAt: pass.decision.evaluatedAt,
    changes: changesSince(pass, now).map(({ what, before, after }) => ({ what, before: text(before), after: text(after) })),
  };
}

function storyDecision(
  { decision, heldSince }: RecordedDecision,
  since: SinceLastPass | null,
  ledgerPosition: number | null,
): StoryDecision {
  const { subject, epoch: _epoch, factsDigest: _factsDigest, traceId: _traceId, ...rest } = decision;
  return {
    ...rest,
    kind: subject.kind,
    environment: subject.environment,
    stage: subject.stage,
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
    sinceLastPass: since,
    ledgerPosition,
  };
}

function environmentsOf(records: readonly EvidenceRecord[], decisions: readonly RecordedDecision[]): string[] {
  const stated = records.flatMap((record) => (record.signed && 'environment' in record.predicate ? [record.predicate.environment] : []));
  return [...new Set([...stated, ...decisions.map(({ decision }) => decision.subject.environment)])].sort();
}

/** None where the thresholds of an environment cannot be read: a page is no place to stumble over a policy. */
function budgetOf(policy: StoryStores['policy'], service: string, environment: string): Budget[] {
  try {
    const { stages, budget } = policy.settings(service, environment);
    return [{ environment, stages: [...stages], ...budget }];
  } catch {
    return [];
  }
}
