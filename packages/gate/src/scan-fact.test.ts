import type { Finding, ItemStanding, ScanValue } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import type { Reading } from './item-facts.ts';
import { scanFact } from './scan-fact.ts';
import { builtRelease, cleanScan, scanWith } from './testing/evidence.ts';
import { digestA, startOfTime } from './testing/world.ts';

const reading: Reading = { now: startOfTime + 60_000, stageStartedAt: startOfTime, signers: { statusOf: () => 'trusted' } };

const finding = (id: string, severity: Finding['severity'] = 'low', fixedIn: string[] = []): Finding => ({
  id,
  purl: 'pkg:npm/a@1.0.0',
  severity,
  fixedIn,
});
const many = (count: number, severity: Finding['severity'], prefix: string) =>
  Array.from({ length: count }, (_, index) => finding(`${prefix}-${index}`, severity));

function scan(value: ScanValue | { absent: 'SCAN_ABSENT' }): ItemStanding<ScanValue> {
  const [standing] = builtRelease({ until: startOfTime, digests: [digestA], scan: value }).scan;
  if (standing === undefined) throw new Error('no standing');
  return standing;
}

/** What the facts list of each scan, by id. */
function listed(standings: readonly ItemStanding<ScanValue>[], rules: readonly string[] = []): string[][] {
  const facts = scanFact(
    standings,
    reading,
    rules.map((rule) => ({ rule })),
  );
  if ('absent' in facts) throw new Error('no scan');
  return facts.map(({ value }) => ('absent' in value ? [] : value.findings.map(({ id }) => id)));
}

describe('facts of a scan', () => {
  it('hold the counts, each finding with its two nearest fixes, and how old the database was when it was asked', () => {
    const standing = scan(scanWith(startOfTime, [finding('CVE-1', 'critical', ['1.0.1', '1.1.0', '2.0.0']), finding('CVE-2')]));
    expect(scanFact([standing], reading, [])).toEqual([
      {
        evidenceId: standing.counting.evidenceId,
        covers: [digestA],
        signer: 'trusted',
        ageMs: 60_000,
        failedRuns: 0,
        earlier: [],
        value: {
          counts: { critical: 1, high: 0, medium: 0, low: 1, unknown: 0 },
          findings: [
            { id: 'CVE-1', purl: 'pkg:npm/a@1.0.0', severity: 'critical', fixedIn: ['1.0.1', '1.1.0'] },
            { id: 'CVE-2', purl: 'pkg:npm/a@1.0.0', severity: 'low', fixedIn: [] },
          ],
          databaseAgeMs: 3_600_000,
        },
      },
    ]);
  });

  it('take a database dated after the scan for new, and say so where its age is not stated', () => {
    const ahead = { ...cleanScan(startOfTime), databaseBuiltAt: new Date(startOfTime + 1).toISOString() };
    expect(scanFact([scan(ahead)], reading, [])).toMatchObject([{ value: { databaseAgeMs: 0 } }]);
    const unstated = { ...cleanScan(startOfTime), databaseBuiltAt: { absent: 'NOT_STATED' as const } };
    expect(scanFact([scan(unstated)], reading, [])).toMatchObject([{ value: { databaseAgeMs: { absent: 'NOT_STATED' } } }]);
  });

  it('tell of each earlier scan its counts, its run and how long before the counting one it ended; what looks later ended with it', () => {
    const standing = scan(cleanScan(startOfTime));
    const earlier = (id: string, agoMs: number, value: ScanValue | { absent: 'SCAN_ABSENT' }): typeof standing.counting => ({
      ...standing.counting,
      run: { ...standing.counting.run, id },
      observed: { from: startOfTime - agoMs, until: startOfTime - agoMs },
      value,
    });
    const worse = scanWith(startOfTime, [finding('CVE-1', 'critical')]);
    const superseded = [
      earlier('7', 90_000, worse),
      earlier('8', 5000, { absent: 'SCAN_ABSENT' }),
      earlier('9', 3000, cleanScan(startOfTime)),
      earlier('7', -2000, worse),
    ];
    const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
    expect(scanFact([{ ...standing, superseded }], reading, [])).toMatchObject([
      {
        earlier: [
          { run: 0, counts: { ...none, critical: 1 }, endedBeforeMs: 90_000 },
          { run: 1, counts: none, endedBeforeMs: 3000 },
          { run: 0, counts: { ...none, critical: 1 }, endedBeforeMs: 0 },
        ],
      },
    ]);
  });

  it('tell a stated absence from a scan that never came', () => {
    expect(scanFact([], reading, [])).toEqual({ absent: 'NO_EVIDENCE' });
    const standing = scan({ absent: 'SCAN_ABSENT' });
    const { evidenceId } = standing.counting;
    expect(scanFact([standing], reading, [])).toEqual([
      { evidenceId, covers: [digestA], signer: 'trusted', ageMs: 60_000, failedRuns: 0, earlier: [], value: { absent: 'SCAN_ABSENT' } },
    ]);
  });

  it('list two hundred findings over all scans of a release and no more, the worst first', () => {
    const low = many(150, 'low', 'L');
    expect(listed([scan(scanWith(startOfTime, [...low, ...many(50, 'unknown', 'U')]))])[0]).toHaveLength(200);
    const [mild, none, bad] = listed([
      scan(scanWith(startOfTime, low)),
      scan({ absent: 'SCAN_ABSENT' }),
      scan(scanWith(startOfTime, [...many(40, 'critical', 'C'), ...many(20, 'unknown', 'U')])),
    ]);
    expect([mild?.length, none]).toEqual([150, []]);
    expect(bad).toEqual([...many(40, 'critical', 'C'), ...many(10, 'unknown', 'U')].map(({ id }) => id));
    const [crowded, after] = listed([scan(scanWith(startOfTime, low)), scan(scanWith(startOfTime, many(60, 'critical', 'C')))]);
    expect([crowded?.length, after?.length]).toEqual([140, 60]);
  });

  it('list a finding that an exception names before all others, however mild, and count what is left out all the same', () => {
    const value = scanWith(startOfTime, [...many(200, 'critical', 'C'), finding('CVE-9')]);
    expect(listed([scan(value)])).toEqual([many(200, 'critical', 'C').map(({ id }) => id)]);
    const [named] = listed([scan(value)], ['CVE-9']);
    expect(named).toHaveLength(200);
    expect(named).toContain('CVE-9');
    expect(scanFact([scan(value)], reading, [])).toMatchObject([{ value: { counts: { critical: 200, low: 1 } } }]);
  });
});
