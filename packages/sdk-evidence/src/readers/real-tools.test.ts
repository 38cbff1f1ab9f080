// Every file of a real tool, and the numbers that the tool itself told when it wrote the file (fixtures/reports/README.md).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readJUnit } from './junit.ts';
import { readLcov } from './lcov.ts';
import { readSbom } from './sbom.ts';
import { readScan } from './scan.ts';

const file = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url)) });

describe('bills of materials of real tools', () => {
  it.each([
    // `npm ls --all --parseable` prints 7 lines, the project itself being the first.
    ['npm-11.cdx.json', 'cyclonedx', '1.5', 6],
    ['npm-11.spdx.json', 'spdx', '2.3', 6],
    ['cyclonedx-npm-6.cdx.json', 'cyclonedx', '1.7', 6],
    // `pnpm list --prod --depth Infinity --parseable` of the package, itself left out.
    ['pnpm-12.cdx.json', 'cyclonedx', '1.7', 9],
    ['pnpm-12.spdx.json', 'spdx', '2.3', 9],
    // Cut to their first components: as many as are left in them.
    ['npm.cdx.json', 'cyclonedx', '1.5', 12],
    ['syft.cdx.json', 'cyclonedx', '1.6', 12],
    ['syft.json', 'syft', '16.1.10', 2],
  ])('%s', (name, format, specVersion, components) => {
    expect(readSbom(file(name))).toMatchObject({ value: { format, specVersion, components }, warnings: [] });
  });

  it('are the same set of components, whichever tool and format wrote it', () => {
    const digest = (name: string) => readSbom(file(name)).value.componentsDigest;
    expect(new Set(['npm-11.cdx.json', 'npm-11.spdx.json', 'cyclonedx-npm-6.cdx.json'].map(digest)).size).toBe(1);
    expect(digest('pnpm-12.cdx.json')).toBe(digest('pnpm-12.spdx.json'));
  });
});

describe('test reports of real tools', () => {
  it.each([
    // "tests 5, pass 2, fail 1, skipped 1, todo 1"
    ['node-24.junit.xml', { total: 5, passed: 2, failed: 1, errors: 0, skipped: 2 }],
    // "1 failed, 4 passed, 1 skipped, 1 xfailed, 1 error"
    ['pytest-9.junit.xml', { total: 8, passed: 4, failed: 1, errors: 1, skipped: 2 }],
    // `go test -v`: 6 verdicts, of which two FAIL and one SKIP
    ['go-junit-report-2.junit.xml', { total: 6, passed: 3, failed: 2, errors: 0, skipped: 1 }],
    // "DONE 6 tests, 1 skipped, 2 failures"
    ['gotestsum-1.junit.xml', { total: 6, passed: 3, failed: 2, errors: 0, skipped: 1 }],
    // "DONE 2 runs, 8 tests, 1 skipped, 4 failures": every attempt
    ['gotestsum-1-rerun.junit.xml', { total: 8, passed: 3, failed: 4, errors: 0, skipped: 1 }],
    // "Tests run: 5, Failures: 1, Errors: 1, Skipped: 1, Flakes: 1"; the file's own attributes are those of the last rerun
    ['surefire-3-rerun.junit.xml', { total: 5, passed: 2, failed: 1, errors: 1, skipped: 1 }],
    // "Tests 41 passed (41)"
    ['vitest-5.junit.xml', { total: 41, passed: 41, failed: 0, errors: 0, skipped: 0 }],
  ])('%s', (name, counts) => {
    expect(readJUnit([file(name)])).toMatchObject({ value: counts, warnings: [] });
  });
});

describe('coverage of real tools', () => {
  it.each([
    // "Lines 54/446, Functions 10/133, Branches 41/416"
    ['vitest-5.lcov.info', { lines: { found: 446, hit: 54 }, functions: { found: 133, hit: 10 }, branches: { found: 416, hit: 41 } }],
    // "sum.js 71.43 % of lines, 66.67 % of branches, 50 % of functions"
    ['node-24.lcov.info', { lines: { found: 7, hit: 5 }, functions: { found: 2, hit: 1 }, branches: { found: 3, hit: 2 } }],
  ])('%s', (name, counts) => {
    expect(readLcov([file(name)])).toMatchObject({ value: counts, warnings: [] });
  });
});

describe('scans of real tools', () => {
  // Grype's table: 1 critical, 2 high, 2 medium, 1 low, 1 negligible.
  const counts = { critical: 1, high: 2, medium: 2, low: 2, unknown: 0 };

  it('grype-0.120.json', () => {
    expect(readScan([file('grype-0.120.json')])).toMatchObject({
      value: {
        format: 'grype',
        scanner: { name: 'grype', version: '[not provided]' },
        databaseBuiltAt: '2026-11-21T19:40:33.000Z',
        counts,
        findings: [
          { id: 'GHSA-xvch-5gv4-984h', purl: 'pkg:npm/minimist@1.2.0', severity: 'critical', fixedIn: ['1.2.6'] },
          { id: 'GHSA-35jh-r3h4-6jhm', severity: 'high', fixedIn: ['4.17.21'] },
          { id: 'GHSA-p6mc-m468-83gw' },
          { id: 'GHSA-29mw-wpgm-hmr9', severity: 'medium' },
          { id: 'GHSA-vh95-rmgr-6w4m' },
          { id: 'GHSA-0000-demo-0001', severity: 'low', fixedIn: [] },
          { id: 'GHSA-0000-demo-0002', severity: 'low' },
        ],
        unlisted: 0,
      },
      observed: { until: Date.parse('2026-11-21T19:40:33.998Z') },
      warnings: [],
    });
  });

  it('grype-0.120.sarif.json, where Grype rates what is negligible by no score', () => {
    expect(readScan([file('grype-0.120.sarif.json')])).toMatchObject({
      value: {
        format: 'sarif',
        scanner: { name: 'grype', version: '0.0.0-dev' },
        databaseBuiltAt: { absent: 'NOT_STATED' },
        counts: { ...counts, low: 1, unknown: 1 },
        findings: expect.arrayContaining([expect.objectContaining({ id: 'GHSA-xvch-5gv4-984h', purl: 'pkg:npm/minimist@1.2.0' })]),
      },
      observed: null,
    });
  });
});
