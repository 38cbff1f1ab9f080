import { ScanValue } from '@promotable/contracts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { readScan } from './scan.ts';

const file = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)) });
const json = (value: unknown, name = 'scan.json') => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
const digest = 'a'.repeat(64);

function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
const faultsOf = (value: unknown) => failure(() => readScan([json(value)])).faults.map(({ path, code }) => [path, code]);

const match = (id: string, purl: string, severity: string, versions: string[] = []) => ({
  vulnerability: { id, severity, fix: { versions } },
  relatedVulnerabilities: [],
  artifact: { purl },
});
const grype = (matches: unknown[], more: object = {}) => ({
  matches,
  descriptor: { name: 'grype', version: '0.120.0', timestamp: '2026-11-21T10:00:00Z' },
  ...more,
});
const run = (more: object = {}) => ({ tool: { driver: { name: 'Check', rules: [] } }, results: [], ...more });
const sarif = (...runs: object[]) => ({ version: '2.1.0', runs });

describe('readScan', () => {
  it('reads what Trivy finds: vulnerabilities, failed checks, secrets; each (id, purl) once', () => {
    const { value, observed } = readScan([file('trivy-0.68.json')]);
    expect(ScanValue.parse(value)).toMatchObject({
      format: 'trivy',
      scanner: { name: 'trivy', version: '0.68.2' },
      counts: { critical: 3, high: 1, medium: 0, low: 1, unknown: 1 },
      findings: expect.arrayContaining([
        { id: 'CVE-2021-44906', purl: 'pkg:npm/minimist@1.2.0', severity: 'critical', fixedIn: ['1.2.6', '0.2.4'] },
        { id: 'aws-access-key-id', purl: { absent: 'NOT_STATED' }, severity: 'critical', fixedIn: [] },
        { id: 'DS002', purl: { absent: 'NOT_STATED' }, severity: 'high', fixedIn: [] },
      ]),
    });
    expect(observed?.until).toBe(Date.parse('2026-11-21T09:15:30.123Z'));
  });

  it('lists the worst 200 and counts the rest', () => {
    const matches = Array.from({ length: 450 }, (_, index) =>
      match(`CVE-2026-${1000 + index}`, 'pkg:npm/a@1', index % 3 === 0 ? 'Critical' : 'Low'),
    );
    const { value, total } = readScan([json(grype(matches))]);
    expect(ScanValue.parse(value)).toMatchObject({ counts: { critical: 150, low: 300 }, unlisted: 250 });
    expect([total, value.findings.length, value.findings[149]?.severity, value.findings[150]?.severity]).toEqual([
      450,
      200,
      'critical',
      'low',
    ]);
  });

  it('takes the worst severity where one finding is told twice, and every version that mends it', () => {
    const twice = [match('CVE-2026-1', 'pkg:npm/a@1', 'Low', ['2']), match('CVE-2026-1', 'pkg:npm/a@1', 'High', ['1.1'])];
    expect(readScan([json(grype(twice))]).value).toMatchObject({
      counts: { high: 1, low: 0 },
      findings: [{ severity: 'high', fixedIn: ['2', '1.1'] }],
    });
  });

  it('counts a severity nobody knows as unknown, never as nothing', () => {
    expect(readScan([json(grype([match('X-1', 'pkg:npm/a@1', 'Severe'), match('X-2', 'pkg:npm/a@1', '')]))]).value.counts.unknown).toBe(2);
    const results = [{ ruleId: 'r', level: 'note' }];
    expect(readScan([json(sarif(run({ results })))]).value.counts).toMatchObject({ low: 0, unknown: 1 });
  });

  it('tells of findings that the scanner itself left out', () => {
    const ignored = json(grype([], { ignoredMatches: [match('X-1', 'pkg:npm/a@1', 'High')] }));
    expect(readScan([ignored]).warnings).toMatchObject([{ path: '/0/ignoredMatches', code: 'ignored_by_scanner' }]);
    const suppressed = [
      { ruleId: 'a', suppressions: [{ kind: 'inSource' }] },
      { ruleId: 'b', suppressions: [{ kind: 'external', status: 'underReview' }] },
    ];
    const reading = readScan([json(sarif(run({ results: suppressed })))]);
    expect([reading.total, reading.warnings]).toMatchObject([1, [{ code: 'ignored_by_scanner' }]]);
  });

  it('reads the severities of SARIF rules before or after the results, in the driver or in an extension', () => {
    const rules = [
      { id: 'r1', properties: { 'security-severity': '9.8' } },
      { id: 'r2', properties: { tags: ['security', 'MEDIUM'] } },
    ];
    const results = [
      { ruleId: 'r1' },
      { ruleIndex: 1 },
      { rule: { index: 0, toolComponent: { index: 0 } } },
      { ruleId: 'r1/2' },
      { ruleId: 'own', properties: { 'security-severity': 7 } },
      { ruleId: 'passed', kind: 'pass' },
    ];
    const extensions = [{ name: 'more', rules: [{ id: 'x', properties: { 'security-severity': '0.1' } }] }];
    const before = { tool: { driver: { name: 'Check', rules }, extensions }, results };
    const after = { results, tool: { extensions, driver: { rules, name: 'Check' } } };
    const counts = { critical: 2, high: 1, medium: 1, low: 1, unknown: 0 };
    for (const report of [before, after]) expect(readScan([json(sarif(report))]).value.counts).toEqual(counts);
  });

  it('adds up documents of one scanner, as old as the oldest of them and of their databases', () => {
    const dated = (built: string, id: string) =>
      json(grype([match(id, 'pkg:npm/a@1', 'High')], { descriptor: { name: 'grype', version: '1', timestamp: built, db: { built } } }));
    expect(readScan([dated('2026-11-20T00:00:00Z', 'A'), dated('2026-11-10T00:00:00Z', 'B')])).toMatchObject({
      value: { databaseBuiltAt: '2026-11-10T00:00:00.000Z', counts: { high: 2 } },
      observed: { from: Date.parse('2026-11-10T00:00:00Z'), until: Date.parse('2026-11-10T00:00:00Z') },
    });
    // The runs of one SARIF document too; the invocations of a run are one scan, which ends with the last of them.
    const invocations = (...ends: string[]) => run({ invocations: ends.map((endTimeUtc) => ({ endTimeUtc })) });
    const [first, second, noon] = ['2026-11-10T00:00:00Z', '2026-11-10T01:00:00Z', '2026-11-21T12:00:00Z'];
    expect(readScan([json(sarif(invocations(noon), invocations(first, second), run()))]).observed).toEqual({
      from: Date.parse(first),
      until: Date.parse(second),
    });
    const mixed = failure(() => readScan([json(grype([])), file('trivy-0.68.json')]));
    expect(mixed.faults).toMatchObject([{ path: '/1', code: 'several_scanners' }]);
  });

  it.each([
    ['Grype without a list of matches', { descriptor: { name: 'grype' } }, ['/matches', 'required']],
    ['a match without an id', grype([{ artifact: {} }]), ['/matches/0/vulnerability/id', 'required']],
    [
      'an invalid database',
      grype([], { descriptor: { name: 'grype', db: { status: { valid: false } } } }),
      ['/descriptor/db/status', 'invalid_database'],
    ],
    [
      'a time without an offset',
      grype([], { descriptor: { name: 'grype', timestamp: '2026-11-21T10:00:00' } }),
      ['/descriptor/timestamp', 'naive_time'],
    ],
    ['Trivy that scanned nothing', { SchemaVersion: 2, ArtifactName: 'x' }, ['/Results', 'nothing_scanned']],
    ['Trivy of an older schema', { SchemaVersion: 1, Results: [{}] }, ['/SchemaVersion', 'unsupported_version']],
    [
      'Trivy with a list that is none',
      { SchemaVersion: 2, Results: [{ Vulnerabilities: {} }] },
      ['/Results/0/Vulnerabilities', 'invalid_type'],
    ],
    ['SARIF without a run', sarif(), ['/runs', 'nothing_scanned']],
    ['SARIF of a scan that did not look', sarif({ tool: { driver: { name: 'Check' } } }), ['/runs/0/results', 'required']],
    [
      'SARIF of a scan that failed',
      sarif(run({ invocations: [{ executionSuccessful: false }] })),
      ['/runs/0/invocations/0/executionSuccessful', 'scan_failed'],
    ],
    ['SARIF of another version', { ...sarif(run()), version: '2.0.0' }, ['/version', 'unsupported_version']],
    ['SARIF of an unnamed scanner', sarif({ tool: { driver: {} }, results: [] }), ['/runs/0/tool/driver/name', 'required']],
    [
      'SARIF of two scanners',
      sarif(run(), { ...run(), tool: { driver: { name: 'Other' } } }),
      ['/runs/1/tool/driver/name', 'several_scanners'],
    ],
    ['a result without a rule', sarif(run({ results: [{}] })), ['/runs/0/results/0/ruleId', 'required']],
    ['something else', { bomFormat: 'CycloneDX' }, ['', 'wrong_format']],
    ['nothing at all', {}, ['', 'wrong_format']],
  ])('refuses %s', (_, value, [path, code]) => {
    expect(faultsOf(value)).toContainEqual([`/0${path}`, code]);
  });

  it('tells of a newer schema and reads on', () => {
    expect(readScan([json({ SchemaVersion: 3, Results: [{ Target: 'a' }] })]).warnings).toMatchObject([{ code: 'unknown_version' }]);
  });

  it('refuses no file', () => {
    expect(failure(() => readScan([])).code).toBe('REPORT_EMPTY');
  });
});

describe('OpenVEX', () => {
  const vex = file('shop.openvex.json');

  it('takes out what does not affect the component, by any name of the vulnerability', () => {
    const { value } = readScan([file('grype-0.120.json')], { vex: [vex] });
    expect(ScanValue.parse(value)).toMatchObject({ counts: { critical: 0, high: 2, medium: 2, low: 2 }, notAffected: 1 });
    expect(value.documentDigests).toHaveLength(2);
  });

  it('takes out what is fixed in a part of a product only where the product is this release', () => {
    expect(readScan([file('grype-0.120.json')], { vex: [vex], artifacts: [digest] }).value).toMatchObject({
      counts: { high: 1 },
      notAffected: 2,
    });
    expect(readScan([file('grype-0.120.json')], { vex: [vex], artifacts: ['b'.repeat(64)] }).value).toMatchObject({ counts: { high: 2 } });
  });

  const statement = (status: string, more: object = {}) => ({
    vulnerability: { name: 'CVE-2026-1' },
    products: [{ '@id': 'pkg:npm/a@1' }],
    status,
    justification: 'component_not_present',
    ...more,
  });
  const document = (...statements: object[]) =>
    json({ '@context': 'https://openvex.dev/ns/v0.2.0', timestamp: '2026-11-01T00:00:00Z', version: 1, statements }, 'vex.json');
  const left = (...statements: object[]) =>
    readScan([json(grype([match('CVE-2026-1', 'pkg:npm/a@1', 'High')]))], { vex: [document(...statements)] }).total;

  it.each([
    ['not_affected', 0],
    ['fixed', 0],
    ['affected', 1],
    ['under_investigation', 1],
  ])('a statement of %s leaves %i finding', (status, findings) => {
    expect(left(statement(status))).toBe(findings);
  });

  it('believes the latest statement, and none where two of one time contradict each other', () => {
    const [early, late] = [{ timestamp: '2026-11-02T00:00:00Z' }, { timestamp: '2026-11-03T00:00:00Z' }];
    expect(left(statement('affected', early), statement('not_affected', late))).toBe(0);
    expect(left(statement('not_affected', early), statement('affected', late))).toBe(1);
    expect(left(statement('not_affected'), statement('affected'))).toBe(1);
  });

  it.each([
    ['another version', 'pkg:npm/a@2', 1],
    ['every version', 'pkg:npm/a', 0],
    ['another component', 'pkg:npm/b@1', 1],
    ['another type', 'pkg:pypi/a@1', 1],
    ['a qualifier that the component lacks', 'pkg:npm/a@1?arch=arm64', 1],
    ['what is no purl', 'https://example.com/a', 1],
  ])('a statement about %s leaves the right number', (_, id, findings) => {
    expect(left(statement('not_affected', { products: [{ '@id': id }] }))).toBe(findings);
  });

  it('says when it took nothing out', () => {
    const { warnings } = readScan([json(grype([]))], { vex: [document(statement('not_affected'))] });
    expect(warnings).toMatchObject([{ path: '/vex', code: 'nothing_taken_out' }]);
  });

  it('lists every fault, beside those of the scans', () => {
    const bad = document(statement('harmless'), { status: 'not_affected' });
    const { faults } = failure(() => readScan([json({})], { vex: [bad, json({ '@context': 'x' })] }));
    expect(faults.map(({ path }) => path)).toEqual([
      '/0',
      '/vex/0/statements/0/status',
      '/vex/0/statements/1/vulnerability/name',
      '/vex/0/statements/1/justification',
      '/vex/0/statements/1/products',
      '/vex/1',
    ]);
  });
});
