// Guarantee 5, second half: statements are mutated and signed again by a trusted key, and go through facts and policy.
import { generateSigningKey, localSigner, publicKeyFromPem, signStatement, verifyBundle } from '@promotable/attest';
import {
  type BuildEvidence,
  EvidencePredicate,
  type ItemRecord,
  type ItemStanding,
  predicateTypes,
  type ReleaseEvidence,
  type StageEvidence,
  type Statement,
  statementType,
  type Verdict,
} from '@promotable/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LoadedPolicy } from './server.ts';
import { rolloutFacts } from './facts.ts';
import { judge } from './judge.ts';
import { cleanScan, unknownRelease } from './testing/evidence.ts';
import { ask20, digestA, digestB, realPolicy, startOfTime } from './testing/world.ts';

const now = startOfTime + 7 * 60_000;
const instant = (ms: number) => new Date(ms).toISOString();
const key = generateSigningKey('ed25519');
const publicKey = publicKeyFromPem(key.publicKeyPem);
const signer = localSigner(key.privateKeyPem);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Pair = { build: Statement; stage: Statement };

const statement = (predicate: object, digest = digestA): Statement => ({
  _type: statementType,
  subject: [{ name: 'app.tgz', digest: { sha256: digest.slice(7) } }],
  predicateType: predicateTypes.evidence,
  predicate: { ...predicate },
});

const tests = {
  format: 'junit',
  documentDigests: ['3'.repeat(64)],
  total: 42,
  passed: 42,
  failed: 0,
  errors: 0,
  skipped: 0,
  durationMs: 900,
  failures: [],
};
const build = {
  service: 'checkout',
  releaseId: 'A',
  checkpoint: 'build',
  run: { provider: 'ci', id: '1', attempt: 1 },
  redactions: [],
  observed: { from: instant(startOfTime - 60_000), until: instant(startOfTime - 30_000) },
  samples: { sbom: 118, tests: 42 },
  values: {
    sbom: { format: 'cyclonedx', specVersion: '1.6', documentDigest: '1'.repeat(64), componentsDigest: '2'.repeat(64), components: 118 },
    tests,
    scan: cleanScan(startOfTime - 60_000),
  },
};
const measure = { p95Ms: 120, p99Ms: 180, errorRate: 0.001, open: 0 };
const stage = {
  service: 'checkout',
  releaseId: 'A',
  environment: 'production',
  checkpoint: '20',
  podTemplateHash: '6d4f9c7b58',
  run: { provider: 'canary', id: '1', attempt: 1 },
  redactions: [],
  observed: { from: instant(now - 301_000), until: instant(now - 1000) },
  samples: { slo: 7200, stable: 28_800, cost: 7200 },
  values: {
    slo: { source: 'splitter', canary: measure, stable: { ...measure, p95Ms: 118 } },
    cost: { graphqlPerMillionUsd: 1.5, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
  },
};

const slo = (changes: object) => ({ ...stage, values: { ...stage.values, slo: { ...stage.values.slo, ...changes } } });
const built = (values: object) => ({ ...build, values: { ...build.values, ...values } });

const vulnerable = {
  ...cleanScan(startOfTime - 60_000),
  counts: { critical: 1, high: 0, medium: 0, low: 0, unknown: 0 },
  findings: [{ id: 'CVE-2026-1111', purl: 'pkg:npm/left@1.2.3', severity: 'critical', fixedIn: ['1.2.4'] }],
};

const good: Pair = { build: statement(build), stage: statement(stage) };
const bad: [string, Verdict, Pair][] = [
  ['failed tests', 'fail', { ...good, build: statement(built({ tests: { ...tests, passed: 40, failed: 2, failures: ['a', 'b'] } })) }],
  ['absent tests', 'hold', { ...good, build: statement(built({ tests: { absent: 'TESTS_ABSENT' } })) }],
  ['an empty SBOM', 'fail', { ...good, build: statement(built({ sbom: { ...build.values.sbom, components: 0 } })) }],
  ['an absent SBOM', 'hold', { ...good, build: statement(built({ sbom: { absent: 'SBOM_ABSENT' } })) }],
  ['a critical vulnerability', 'fail', { ...good, build: statement(built({ scan: vulnerable })) }],
  ['an absent scan', 'hold', { ...good, build: statement(built({ scan: { absent: 'SCAN_ABSENT' } })) }],
  ['a scan by an old database', 'hold', { ...good, build: statement(built({ scan: cleanScan(startOfTime - 9 * 86_400_000) })) }],
  ['build evidence of other bytes', 'hold', { ...good, build: statement(build, digestB) }],
  ['a p95 over twice its budget', 'fail', { ...good, stage: statement(slo({ canary: { ...measure, p95Ms: 900 } })) }],
  [
    'a p95 over its budget once',
    'hold',
    { ...good, stage: statement(slo({ canary: { ...measure, p95Ms: 400 }, stable: { ...measure, p95Ms: 390 } })) },
  ],
  ['an error rate over its budget', 'fail', { ...good, stage: statement(slo({ canary: { ...measure, errorRate: 0.2 } })) }],
  [
    'a regression against the stable version',
    'fail',
    { ...good, stage: statement(slo({ canary: { ...measure, p95Ms: 340 }, stable: { ...measure, p95Ms: 30 } })) },
  ],
  ['too few samples', 'hold', { ...good, stage: statement({ ...stage, samples: { slo: 10, stable: 28_800 } }) }],
  [
    'a window that is too short',
    'hold',
    { ...good, stage: statement({ ...stage, observed: { from: instant(now - 61_000), until: instant(now - 1000) } }) },
  ],
  [
    'a window from before the stage',
    'hold',
    { ...good, stage: statement({ ...stage, observed: { from: instant(startOfTime - 60_000), until: instant(now - 1000) } }) },
  ],
  ['a window of another pod template', 'hold', { ...good, stage: statement({ ...stage, podTemplateHash: 'other' }) }],
  ['a window of other bytes', 'hold', { ...good, stage: statement(stage, digestB) }],
];

/** What a store makes of a bundle: nothing, unless signature and shape hold. */
async function recordOf(value: Statement): Promise<{ predicate: EvidencePredicate; digests: string[]; evidenceId: string } | null> {
  try {
    const verified = verifyBundle(await signStatement(value, signer), () => publicKey);
    const predicate = EvidencePredicate.parse(verified.statement.predicate);
    if (verified.statement.predicateType !== predicateTypes.evidence) return null;
    return {
      predicate,
      digests: verified.statement.subject.map(({ digest }) => `sha256:${digest.sha256}`),
      evidenceId: verified.statementDigest,
    };
  } catch {
    return null;
  }
}

async function evidenceOf(pair: Pair): Promise<ReleaseEvidence> {
  const records = (await Promise.all([recordOf(pair.build), recordOf(pair.stage)]))
    .filter((record) => record !== null)
    .filter(({ predicate }) => predicate.service === 'checkout' && predicate.releaseId === 'A');
  const standingOf = <Value>(item: string): ItemStanding<Value> | null => {
    const found = records.find(
      ({ predicate }) =>
        item in predicate.values &&
        (predicate.checkpoint === 'build' || (predicate.checkpoint === '20' && predicate.environment === 'production')),
    );
    if (found === undefined) return null;
    const predicate = found.predicate as BuildEvidence & StageEvidence;
    const samples = predicate.samples as Record<string, number | undefined>;
    const counting: ItemRecord<Value> = {
      evidenceId: found.evidenceId,
      digests: found.digests,
      observed: { from: Date.parse(predicate.observed.from), until: Date.parse(predicate.observed.until) },
      receivedAt: now - 500,
      run: predicate.run,
      ingestSequence: 1,
      keyId: key.keyId,
      traceparent: null,
      podTemplateHash: typeof predicate.podTemplateHash === 'string' ? predicate.podTemplateHash : null,
      value: (predicate.values as Record<string, unknown>)[item] as Value,
      samples: samples[item] ?? null,
      stableSamples: samples['stable'] ?? null,
    };
    return { counting, countsFor: found.digests, previous: null, failedRuns: 0, supersededFailures: 0, superseded: [] };
  };
  const list = <Value>(item: string) => [standingOf<Value>(item)].filter((standing) => standing !== null);
  return {
    ...unknownRelease,
    known: records.length > 0,
    digests: [digestA],
    sbom: list('sbom'),
    tests: list('tests'),
    scan: list('scan'),
    slo: standingOf('slo'),
    cost: standingOf('cost'),
  };
}

let policy: LoadedPolicy;

async function verdictOf(pair: Pair): Promise<Verdict> {
  try {
    const question = { tenant: 'acme', ...ask20 };
    const standing = {
      proven: false,
      revoked: false,
      current: false,
      suspectForMs: { absent: 'NOT_SUSPECT' as const },
      passedWith: { absent: 'NO_PASS' as const },
    };
    const { facts } = rolloutFacts({
      question,
      evidence: await evidenceOf(pair),
      standing,
      exceptions: [],
      signers: { statusOf: () => 'trusted' },
      stageStartedAt: startOfTime,
      now,
    });
    return judge(facts, policy).verdict;
  } catch {
    return 'hold';
  }
}

const wrongTypes: Json[] = [null, true, -1, '', [], {}, { absent: 'NO_SUCH_TAG' }];

/** Every way to delete a node, or to put something of no known shape in its place. */
function* mutations(value: Json, path: (string | number)[] = []): Generator<{ path: string; mutated: Json }> {
  if (path.length > 0) for (const wrong of wrongTypes) if (isOtherType(value, wrong)) yield { path: path.join('/'), mutated: wrong };
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    const child = (value as Record<string, Json>)[name] as Json;
    const without = Array.isArray(value)
      ? value.filter((_, index) => String(index) !== name)
      : Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    yield { path: `${[...path, name].join('/')} deleted`, mutated: without };
    for (const inner of mutations(child, [...path, name])) {
      const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Json>;
      copy[name] = inner.mutated;
      yield { path: inner.path, mutated: copy as Json };
    }
  }
}

/** A number instead of a number is another measurement, not a mutation; so are text for text and a flag for a flag. */
function isOtherType(value: Json, wrong: Json): boolean {
  const kind = (json: Json) => (json === null ? 'null' : Array.isArray(json) ? 'list' : typeof json);
  return kind(value) !== kind(wrong) || (typeof wrong === 'object' && wrong !== null && 'absent' in wrong) || wrong === '' || wrong === -1;
}

beforeAll(async () => {
  policy = await realPolicy();
});

describe('guarantee 5 over statements that are mutated and signed again', () => {
  it('begins with a release that passes', async () => {
    expect(await verdictOf(good)).toBe('pass');
  });

  it.each(bad)('no deletion, null or wrong type turns %s (%s) into a pass', async (_title, verdict, pair) => {
    expect(await verdictOf(pair)).toBe(verdict);
    const passed: string[] = [];
    const counts = { pass: 0, fail: 0, hold: 0 };
    for (const part of ['build', 'stage'] as const) {
      for (const { path, mutated } of mutations(pair[part] as unknown as Json)) {
        const after = await verdictOf({ ...pair, [part]: mutated as unknown as Statement });
        counts[after]++;
        if (after === 'pass') passed.push(`${part}: ${path}`);
      }
    }
    process.stderr.write(
      `mutated and signed again: ${counts.fail + counts.hold + counts.pass} of "${_title}" → ${counts.fail} fail, ${counts.hold} hold, ${counts.pass} pass\n`,
    );
    expect(passed).toEqual([]);
  });

  it('a signed statement that there is no stable version is a change of evidence: it passes with the warning NO_BASELINE', async () => {
    const pair = { ...good, stage: statement(slo({ canary: { ...measure, p95Ms: 340 }, stable: { absent: 'NO_STABLE' } })) };
    const question = { tenant: 'acme', ...ask20 };
    const { facts } = rolloutFacts({
      question,
      evidence: await evidenceOf(pair),
      standing: {
        proven: false,
        revoked: false,
        current: false,
        suspectForMs: { absent: 'NOT_SUSPECT' },
        passedWith: { absent: 'NO_PASS' },
      },
      exceptions: [],
      signers: { statusOf: () => 'trusted' },
      stageStartedAt: startOfTime,
      now,
    });
    const { verdict, warnings } = judge(facts, policy);
    expect([verdict, warnings.map(({ code }) => code)]).toEqual(['pass', expect.arrayContaining(['NO_BASELINE'])]);
  });

  it('a signed statement that an item is absent never passes', async () => {
    for (const values of [{ tests: { absent: 'TESTS_ABSENT' } }, { sbom: { absent: 'SBOM_ABSENT' } }])
      expect(await verdictOf({ ...good, build: statement(built(values)) })).toBe('hold');
  });
});
