// Evidence records → facts of one item. Measures ages, tags what is absent, compares nothing.
import type {
  CostValue,
  CoverageValue,
  ItemRecord,
  ItemStanding,
  MeasureFact,
  ProvenanceValue,
  RolloutFacts,
  SbomValue,
  SloFact,
  SloMeasure,
  SloValue,
  TestsValue,
} from '@promotable/contracts';
import type { SignerStatus } from './fact-sources.ts';

export interface Reading {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly stageStartedAt: number;
  readonly signers: SignerStatus;
}

type Items = RolloutFacts['items'];

export function sbomFact(standings: readonly ItemStanding<SbomValue>[], reading: Reading): Items['sbom'] {
  if (standings.length === 0) return { absent: 'NO_EVIDENCE' };
  return standings.map((standing) => {
    const { value } = standing.counting;
    return {
      ...provenance(standing, reading),
      value: 'absent' in value ? { absent: 'SBOM_ABSENT' } : { components: value.components, componentsDigest: value.componentsDigest },
    };
  });
}

export function testsFact(standings: readonly ItemStanding<TestsValue>[], reading: Reading): Items['tests'] {
  if (standings.length === 0) return { absent: 'NO_EVIDENCE' };
  return standings.map((standing) => {
    const { value } = standing.counting;
    if ('absent' in value) return { ...provenance(standing, reading), value: { absent: 'TESTS_ABSENT' } };
    const { total, passed, failed, errors, skipped } = value;
    return { ...provenance(standing, reading), value: { total, passed, failed, errors, skipped } };
  });
}

export function coverageFact(standings: readonly ItemStanding<CoverageValue>[], reading: Reading): Items['coverage'] {
  if (standings.length === 0) return { absent: 'NO_EVIDENCE' };
  return standings.map((standing) => {
    const { value } = standing.counting;
    const earlier = earlierOf(standing, ({ lines: { found, hit } }) => ({ lines: { found, hit } }));
    return { ...provenance(standing, reading), earlier, value: 'absent' in value ? { absent: 'COVERAGE_ABSENT' } : { lines: value.lines } };
  });
}

export function provenanceFact(standings: readonly ItemStanding<ProvenanceValue>[], reading: Reading): Items['provenance'] {
  if (standings.length === 0) return { absent: 'NO_EVIDENCE' };
  return standings.map((standing) => {
    const { value } = standing.counting;
    if ('absent' in value) return { ...provenance(standing, reading), value: { absent: 'PROVENANCE_ABSENT' } };
    const { builderId, sourceUri } = value;
    return { ...provenance(standing, reading), value: { builderId, sourceUri } };
  });
}

export function sloFact(standing: ItemStanding<SloValue> | null, reading: Reading): SloFact {
  const value = standing?.counting.value;
  if (standing === null || value === undefined || 'absent' in value) return { absent: 'NO_EVIDENCE' };
  const { counting, previous } = standing;
  return {
    ...provenance(standing, reading),
    ...windowFact(counting, value, reading),
    source: value.source,
    stable: 'absent' in value.stable ? { absent: value.stable.absent } : measureFact(value.stable, counting.stableSamples),
    previous: previousFact(previous, counting, reading),
  };
}

export function costFact(standing: ItemStanding<CostValue> | null, reading: Reading): Items['cost'] {
  const value = standing?.counting.value;
  if (standing === null || value === undefined || 'absent' in value) return { absent: 'NO_EVIDENCE' };
  const { graphqlPerMillionUsd, ingestPerThousandUsd, estimated } = value;
  return { ...provenance(standing, reading), graphqlPerMillionUsd, ingestPerThousandUsd, estimated };
}

function previousFact(
  previous: ItemRecord<SloValue> | null,
  counting: ItemRecord<SloValue>,
  reading: Reading,
): Extract<SloFact, { previous: unknown }>['previous'] {
  if (previous === null || 'absent' in previous.value) return { absent: 'NO_PREVIOUS' };
  const { evidenceId, keyId, observed, value } = previous;
  const endGapMs = counting.observed.until - observed.until;
  return { evidenceId, signer: reading.signers.statusOf(keyId), ...windowFact(previous, value, reading), endGapMs };
}

/** How a source begins that says only in words that its requests were made for the purpose. */
const synthetic = 'synthetic ';

function windowFact({ observed, podTemplateHash, samples }: ItemRecord<SloValue>, value: SloValue, { stageStartedAt }: Reading) {
  return {
    podTemplateHash: podTemplateHash ?? { absent: 'NOT_APPLICABLE' as const },
    windowMs: observed.until - observed.from,
    startOffsetMs: observed.from - stageStartedAt,
    canary: measureFact(value.canary, samples),
    synthetic: value.synthetic ?? { absent: value.source.startsWith(synthetic) ? ('NOT_STATED' as const) : ('NOT_SYNTHETIC' as const) },
  };
}

function measureFact({ p95Ms, p99Ms, errorRate }: SloMeasure, samples: number | null): MeasureFact {
  return { samples: samples ?? { absent: 'SAMPLES_UNKNOWN' }, p95Ms, p99Ms, errorRate };
}

/** What the superseded records say, those that state an absence left aside; runs are told apart by number and not by name. */
export function earlierOf<Value extends object, Fact extends object>(
  { superseded }: ItemStanding<Value>,
  factOf: (value: Exclude<Value, { readonly absent: string }>, record: ItemRecord<Value>) => Fact,
): (Fact & { readonly run: number })[] {
  const runs = new Map<string, number>();
  return superseded.flatMap((record) => {
    const { run, value } = record;
    if ('absent' in value) return [];
    const name = JSON.stringify([run.provider, run.id]);
    const number = runs.get(name) ?? runs.size;
    runs.set(name, number);
    return [{ run: number, ...factOf(value as Exclude<Value, { readonly absent: string }>, record) }];
  });
}

/** Age from the earlier of observed and received, so that neither a late arrival nor a clock ahead makes evidence younger. */
export function provenance<Value>({ counting, countsFor, failedRuns }: ItemStanding<Value>, { now, signers }: Reading) {
  const { evidenceId, keyId, observed, receivedAt } = counting;
  const ageMs = Math.max(0, now - Math.min(observed.until, receivedAt));
  return { evidenceId, covers: [...countsFor].sort(), signer: signers.statusOf(keyId), ageMs, failedRuns };
}
