// Done-when: what is wrong with a release → its verdict and code, over the shipped policy; and what a sequence of events leads to.
import type { ExceptionFact, ItemRecord, ItemStanding, ReleaseEvidence, ScanValue, SloValue } from '@promotable/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { builtRelease, cleanScan, scanWith, standing, windowRecord } from '../testing/evidence.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, codes, type measuredStage, minute } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, startOfTime, type World } from '../testing/world.ts';

replaysEveryDecision();

const hour = 60 * minute;
const day = 24 * hour;
const built = startOfTime - minute;
const digests = [digestA];
const critical = { id: 'CVE-2026-1111', purl: 'pkg:npm/left@1.2.3', severity: 'critical' as const, fixedIn: ['1.2.4'] };
const high = (id: number) => ({ ...critical, id: `CVE-2026-${id}`, severity: 'high' as const });

/** A waiver of that one CVE, in force for ten days more. */
function waiver(changes: Partial<ExceptionFact> = {}): ExceptionFact {
  return {
    kind: 'waiver',
    id: 'W-1',
    codes: ['VULN_OVER_BUDGET'],
    digests,
    environment: 'production',
    stages: ['20'],
    rule: critical.id,
    path: { absent: 'NOT_STATED' },
    suite: { absent: 'NOT_STATED' },
    verified: true,
    countersigned: { absent: 'NOT_APPLICABLE' },
    activeForMs: day,
    expiresInMs: 10 * day,
    ...changes,
  };
}

interface Row {
  readonly what: string;
  readonly build?: Partial<Parameters<typeof builtRelease>[0]>;
  /** In place of a good release of `build`. */
  readonly evidence?: (good: ReleaseEvidence) => ReleaseEvidence;
  readonly window?: Parameters<typeof measuredStage>[2];
  /** The window before, ended a minute earlier. */
  readonly before?: Parameters<typeof measuredStage>[2];
  readonly exceptions?: readonly ExceptionFact[];
  readonly verdict: 'pass' | 'fail' | 'hold';
  readonly reasons?: readonly string[];
  readonly warnings?: readonly string[];
}

const rows: readonly Row[] = [
  { what: 'a good release', verdict: 'pass' },
  { what: 'one failing test', build: { failedTests: 1 }, verdict: 'fail', reasons: ['TESTS_FAILED'] },
  { what: 'p95 over budget once', window: { p95Ms: 400 }, verdict: 'hold', reasons: ['UNCONFIRMED', 'UNCONFIRMED'] },
  {
    what: 'p95 over budget, confirmed by the window before',
    window: { p95Ms: 400 },
    before: { p95Ms: 390 },
    verdict: 'fail',
    reasons: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'],
  },
  { what: 'p95 over twice its budget', window: { p95Ms: 900 }, verdict: 'fail', reasons: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'] },
  { what: 'too few samples', window: { samples: 40 }, verdict: 'hold', reasons: ['INSUFFICIENT_SAMPLES'] },
  { what: 'no scan', evidence: (good) => ({ ...good, scan: [] }), verdict: 'hold', reasons: ['SCAN_MISSING'] },
  { what: 'a scan that was not made', build: { scan: { absent: 'SCAN_ABSENT' } }, verdict: 'hold', reasons: ['SCAN_MISSING'] },
  { what: 'a scan of a day and an hour ago', build: { until: startOfTime - 25 * hour }, verdict: 'pass', warnings: ['VULN_SCAN_AGING'] },
  { what: 'a stale scan', build: { until: startOfTime - 73 * hour }, verdict: 'hold', reasons: ['VULN_SCAN_STALE'] },
  { what: 'a scan by a stale database', build: { scan: cleanScan(built - 6 * day) }, verdict: 'hold', reasons: ['VULN_SCAN_STALE'] },
  { what: 'five findings of severity high', build: { scan: scanWith(built, [1, 2, 3, 4, 5].map(high)) }, verdict: 'pass' },
  {
    what: 'six findings of severity high',
    build: { scan: scanWith(built, [1, 2, 3, 4, 5, 6].map(high)) },
    verdict: 'fail',
    reasons: ['VULN_OVER_BUDGET'],
  },
  { what: 'a critical CVE', build: { scan: scanWith(built, [critical]) }, verdict: 'fail', reasons: ['VULN_OVER_BUDGET'] },
  {
    what: 'a critical CVE with a valid waiver',
    build: { scan: scanWith(built, [critical]) },
    exceptions: [waiver()],
    verdict: 'pass',
    warnings: ['VULN_WAIVED'],
  },
  {
    what: 'a critical CVE with a waiver that ends in three days',
    build: { scan: scanWith(built, [critical]) },
    exceptions: [waiver({ expiresInMs: 3 * day })],
    verdict: 'pass',
    warnings: ['VULN_WAIVED', 'WAIVER_EXPIRES'],
  },
  {
    what: 'a critical CVE with an expired waiver',
    build: { scan: scanWith(built, [critical]) },
    exceptions: [waiver({ expiresInMs: 0 })],
    verdict: 'fail',
    reasons: ['VULN_OVER_BUDGET'],
    warnings: ['EXCEPTION_IGNORED'],
  },
  {
    what: 'a critical CVE beside a waived one',
    build: { scan: scanWith(built, [critical, { ...critical, id: 'CVE-2026-2222' }]) },
    exceptions: [waiver()],
    verdict: 'fail',
    reasons: ['VULN_OVER_BUDGET'],
    warnings: ['VULN_WAIVED'],
  },
  {
    what: 'a missing scan that waits in a spool',
    evidence: (good) => ({ ...good, scan: [], spooledUntil: [startOfTime + day] }),
    verdict: 'hold',
    reasons: ['PENDING'],
  },
  {
    what: 'a missing scan whose notice has ended',
    evidence: (good) => ({ ...good, scan: [], spooledUntil: [startOfTime] }),
    verdict: 'hold',
    reasons: ['SCAN_MISSING'],
  },
  {
    what: 'an SBOM that listed nothing in four runs',
    evidence: (good) => ({ ...good, sbom: good.sbom.map((found) => ({ ...found, failedRuns: 4 })) }),
    verdict: 'hold',
    reasons: ['TOO_MANY_ATTEMPTS'],
  },
  {
    what: 'requests made for the purpose after an hour of too few real ones',
    evidence: made({ realSamples: 12, realWindowMs: hour }),
    verdict: 'pass',
    reasons: [],
    warnings: ['SYNTHETIC_EVIDENCE'],
  },
  {
    what: 'made requests while the real window could still grow',
    evidence: made({ realSamples: 12, realWindowMs: hour - 1 }),
    verdict: 'hold',
    reasons: ['SYNTHETIC_NOT_COUNTED'],
    warnings: ['SYNTHETIC_EVIDENCE'],
  },
  {
    what: 'made requests although real ones suffice',
    evidence: made({ realSamples: 149, realWindowMs: hour }),
    verdict: 'hold',
    reasons: ['SYNTHETIC_NOT_COUNTED'],
    warnings: ['SYNTHETIC_EVIDENCE'],
  },
  {
    what: 'a stable version that answered nothing',
    evidence: windowSaying({ stable: { absent: 'NOT_MEASURED' } }),
    verdict: 'pass',
    reasons: [],
    warnings: ['BASELINE_NOT_MEASURED'],
  },
  {
    what: 'a first release, with no stable version',
    evidence: windowSaying({ stable: { absent: 'NO_STABLE' } }),
    verdict: 'pass',
    reasons: [],
    warnings: ['NO_BASELINE'],
  },
  {
    what: 'a clean scan after four of the same day with a critical CVE',
    evidence: (good) => ({ ...good, scan: good.scan.map((found) => ({ ...found, superseded: again(found, 4, { run: 'scan' }) })) }),
    verdict: 'hold',
    reasons: ['TOO_MANY_ATTEMPTS'],
  },
  {
    what: 'a clean scan after four attempts of one run',
    evidence: (good) => ({ ...good, scan: good.scan.map((found) => ({ ...found, superseded: again(found, 4, { run: null }) })) }),
    verdict: 'pass',
    reasons: [],
  },
];

function made(synthetic: SloValue['synthetic']): NonNullable<Row['evidence']> {
  return windowSaying({ synthetic, source: 'synthetic prometheus probes' });
}

/** The counting window with other words. */
function windowSaying(changes: Partial<SloValue>): NonNullable<Row['evidence']> {
  return (good) => {
    if (good.slo === null) return good;
    const { counting } = good.slo;
    return { ...good, slo: { ...good.slo, counting: { ...counting, value: { ...(counting.value as SloValue), ...changes } } } };
  };
}

/** Earlier scans with a critical finding, a minute apart, each of a run of its own or all of one. */
function again({ counting }: ItemStanding<ScanValue>, count: number, { run }: { readonly run: string | null }): ItemRecord<ScanValue>[] {
  return Array.from({ length: count }, (_, index) => {
    const until = built - (index + 1) * minute;
    const id = run === null ? 'one' : `${run}-${index}`;
    return { ...counting, observed: { from: until, until }, run: { ...counting.run, id }, value: scanWith(until, [critical]) };
  });
}

/** A release at 20 %, its stage eight minutes old, with what a row says. */
async function worldOf({ build, evidence = (good) => good, window = {}, before, exceptions = [] }: Row): Promise<World> {
  const world = await createWorld();
  await ask(world);
  world.clock.advance(8 * minute);
  const until = world.clock.now() - 1000;
  const podTemplateHash = ask20.podTemplateHash;
  const counting = windowRecord({ until, digests, podTemplateHash, ...window });
  const previous = before === undefined ? null : windowRecord({ until: until - minute, digests, podTemplateHash, ...before });
  const good = { ...builtRelease({ until: built, digests, ...build }), slo: standing(counting, previous) };
  world.setEvidence(ask20, evidence(good));
  world.exceptions.push(...exceptions);
  return world;
}

describe('what is wrong with a release', () => {
  const table: string[] = [];
  afterAll(() => void process.stderr.write(`\n${table.join('\n')}\n`));

  it.each(rows)('$what → $verdict', async (row) => {
    const answer = await ask(await worldOf(row));
    const warnings = answer.warnings.map(({ code }) => code);
    expect({ verdict: answer.verdict, reasons: codes(answer), warnings }).toEqual({
      verdict: row.verdict,
      reasons: row.reasons ?? [],
      warnings: row.warnings ?? [],
    });
    const told = [...codes(answer), ...warnings.map((code) => `(${code})`)];
    table.push(`${row.what.padEnd(56)} ${answer.verdict}  ${[...new Set(told)].join(', ')}`);
  });

  it('names the CVE, its component, the version without it, and the waiver to ask for', async () => {
    const world = await worldOf({ what: '', build: { scan: scanWith(built, [critical]) }, verdict: 'fail' });
    const [reason] = (await ask(world)).reasons;
    expect(reason?.message).toBe('1 finding(s) of severity critical, 0 may be: CVE-2026-1111 in pkg:npm/left@1.2.3 (fixed in 1.2.4).');
    expect(reason?.fix).toContain(`mc waiver request`);
    expect(reason?.fix).toContain(`--rule 'CVE-2026-1111' --path 'pkg:npm/left@1.2.3'`);
  });

  it('lets no pass outlive the waiver of a finding that it rests on', async () => {
    const exceptions = [waiver({ expiresInMs: 2 * minute })];
    const world = await worldOf({ what: '', build: { scan: scanWith(built, [critical]) }, exceptions, verdict: 'pass' });
    const answer = await ask(world);
    expect(Date.parse(answer.validUntil ?? '')).toBe(world.clock.now() + 2 * minute);
  });
});

describe('evidence that changes after a pass', () => {
  it('is told as an alert with the change of verdict, until the release passes again', async () => {
    const world = await worldOf({ what: '', verdict: 'pass' });
    expect((await ask(world)).verdict).toBe('pass');
    expect(world.events.at(-1)).toMatchObject({ alerts: [] });

    const { slo } = world.evidence.values().next().value ?? {};
    const rescanned = builtRelease({ until: built + minute, digests, scan: scanWith(built, [critical]) });
    world.setEvidence(ask20, { ...rescanned, slo: slo ?? null });
    const failed = await ask(world);
    expect([failed.verdict, codes(failed), failed.warnings.map(({ code }) => code)]).toEqual([
      'fail',
      ['VULN_OVER_BUDGET'],
      ['EVIDENCE_CHANGED_AFTER_PASS'],
    ]);
    expect(world.events.at(-1)).toMatchObject({ type: 'transition', previousVerdict: 'pass', alerts: ['EVIDENCE_CHANGED_AFTER_PASS'] });

    // Another change while it fails: what it passed with is still remembered.
    const worse = builtRelease({ until: built + 2 * minute, digests, failedTests: 1, scan: scanWith(built, [critical]) });
    world.setEvidence(ask20, { ...worse, slo: slo ?? null });
    const again = await ask(world);
    expect([codes(again), again.warnings.map(({ code }) => code)]).toEqual([
      ['TESTS_FAILED', 'VULN_OVER_BUDGET'],
      ['EVIDENCE_CHANGED_AFTER_PASS'],
    ]);
    expect(world.events.at(-1)).toMatchObject({ alerts: ['EVIDENCE_CHANGED_AFTER_PASS'] });

    world.setEvidence(ask20, { ...builtRelease({ until: built + 3 * minute, digests }), slo: slo ?? null });
    const mended = await ask(world);
    expect([mended.verdict, mended.warnings]).toEqual(['pass', []]);
  });

  it('is no alert where the same evidence no longer suffices', async () => {
    const world = await worldOf({ what: '', verdict: 'pass' });
    expect((await ask(world)).verdict).toBe('pass');
    world.clock.advance(5 * minute);
    const stale = await ask(world);
    expect([stale.verdict, codes(stale), stale.warnings]).toEqual(['hold', ['STALE'], []]);
  });
});
