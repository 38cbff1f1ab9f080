import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runMc } from '../program.ts';

const now = Date.parse('2026-11-22T00:00:00Z');
const junit =
  '<testsuite name="s" tests="2" failures="0" errors="0" skipped="1" timestamp="2026-11-21T10:00:00Z" time="1"><testcase name="a" time="1"/><testcase name="b"><skipped/></testcase></testsuite>';
const grype = (severity: string | null, timestamp: string) => {
  const artifact = { purl: 'pkg:npm/left@1.0.0' };
  const found = { vulnerability: { id: 'CVE-2026-1234', severity, fix: { versions: ['1.0.1'] } }, artifact };
  return JSON.stringify({ matches: severity === null ? [] : [found], descriptor: { name: 'grype', version: '0.120.0', timestamp } });
};
const component = { type: 'library', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' };
const files = {
  'junit.xml': junit,
  'red.xml': junit
    .replace('failures="0"', 'failures="1"')
    .replace('skipped="1"', 'skipped="0"')
    .replace('<skipped/>', '<failure message="no"/>'),
  'bom.json': JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [component] }),
  'lcov.info': 'SF:a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nLF:3\nLH:2\nend_of_record\n',
  'scan.json': grype(null, '2026-11-21T20:00:00Z'),
  'cve.json': grype('Critical', '2026-11-21T20:00:00Z'),
  'old.json': grype(null, '2026-11-18T22:00:00Z'),
  'broken.json': '{',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-try-'));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  const provenance = new URL('../../../sdk-evidence/fixtures/reports/github.provenance.sigstore.json', import.meta.url);
  await cp(fileURLToPath(provenance), join(folder, 'provenance.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(options: string) {
  const io = capturedIo({ cwd: folder, clock: { now: () => now, monotonic: () => performance.now() } });
  return { code: await runMc(['try', ...options.split(' ').filter((word) => word !== '')], io), out: io.out(), err: io.err() };
}

const all = '--sbom bom.json --junit junit.xml --coverage lcov.info --scan scan.json --provenance provenance.json';

describe('mc try', () => {
  it('shows what each of the five items says, and a verdict that is no decision', async () => {
    const { code, out, err } = await run(all);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'NOT A DECISION: your files under the layer standard, unsigned and on no record.',
      '  sbom        1 component',
      '  tests       2 tests, 0 failed, 1 skipped',
      '  coverage    66.6 % of 3 lines',
      '  scan        no finding (grype 0.120.0)',
      expect.stringMatching(/^ {2}provenance {2}built by https:\/\/github.com\/example\/shop\/.* from git\+https:/),
      'PASS: it may go further.',
      '',
    ]);
  });

  it('says what a gate would ask for besides', async () => {
    const { code, out } = await run('--sbom bom.json --junit junit.xml');
    expect(code).toBe(0);
    expect(out).toContain('  coverage    not given (advisory at a gate)\n  scan        not given (required at a gate)\n');
    expect(out).toMatch(/PASS: .*\nA gate would hold nevertheless, for it requires: scan\.\n$/);
    expect((await run('--sbom bom.json --junit junit.xml --layer demo')).out).not.toContain('A gate would hold');
  });

  it.each([
    ['red tests', all.replace('junit.xml', 'red.xml'), 1, 'fail', ['TESTS_FAILED']],
    ['a critical finding', all.replace('scan.json', 'cve.json'), 1, 'fail', ['VULN_OVER_BUDGET']],
    // The tests beside it are hours old: each item has the age of its own reports.
    ['a scan of three days ago', all.replace('scan.json', 'old.json'), 3, 'hold', ['VULN_SCAN_STALE']],
    ['no tests', '--sbom bom.json', 3, 'hold', ['TESTS_ABSENT']],
    ['a scan alone', '--scan scan.json', 3, 'hold', ['SBOM_ABSENT', 'TESTS_ABSENT']],
  ])('answers %s with its verdict, code and exit code', async (_, options, code, verdict, reasons) => {
    const answer = await run(`${options} --json`);
    const said = JSON.parse(answer.out) as { verdict: string; notADecision: boolean; reasons: { code: string }[] };
    expect([answer.code, said.notADecision, said.verdict, said.reasons.map((reason) => reason.code).sort()]).toEqual([
      code,
      true,
      verdict,
      reasons,
    ]);
  });

  it('tells the numbers and the levels as JSON', async () => {
    const { measured, levels } = JSON.parse((await run(`${all} --json`)).out) as Record<string, object>;
    expect(measured).toEqual({
      components: 1,
      tests: { total: 2, passed: 1, failed: 0, errors: 0, skipped: 1 },
      lines: { found: 3, hit: 2 },
      findings: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
      builder: expect.stringContaining('https://github.com/example/shop/'),
    });
    expect(levels).toMatchObject({ sbom: 'required', scan: 'required', coverage: 'advisory' });
  });

  it.each([
    ['', 'USAGE'],
    ['--vex broken.json', 'USAGE'],
    ['--sbom nowhere.json', 'FILE_UNREADABLE'],
    ['--sbom broken.json', 'REPORT_UNREADABLE'],
    ['--junit bom.json', 'REPORT_UNREADABLE'],
    ['--sbom bom.json --layer bogus', 'LAYER_UNKNOWN'],
  ])('refuses `mc try %s` as %s with exit code 2', async (options, code) => {
    const result = await run(`${options} --json`);
    expect([result.code, JSON.parse(result.out).error.code]).toEqual([2, code]);
    expect(result.err).toContain(code);
  });

  it('lists the faults of all reports at once, each with its option and file', async () => {
    const { code, out } = await run(
      '--sbom junit.xml --junit junit.xml --junit bom.json --coverage bom.json --vex broken.json --scan lcov.info --json',
    );
    const { error } = JSON.parse(out) as { error: { code: string; faults: { path: string }[] } };
    expect([code, error.code, error.faults.map(({ path }) => path)]).toEqual([
      2,
      'EVIDENCE_INVALID',
      ['/sbom', '/junit/1', '/coverage/0', '/scan/0', '/scan/vex/0'],
    ]);
  });
});
