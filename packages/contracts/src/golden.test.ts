import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CoverageValue } from './build-values.ts';
import { BuildEvidence, EvidencePredicate } from './evidence.ts';
import { Override } from './override.ts';
import type { ScanValue } from './scan-value.ts';
import { schemaCatalog } from './schema-catalog.ts';
import { faultsOf } from './validation.ts';
import { Waiver } from './waiver.ts';

const folder = new URL('../fixtures/', import.meta.url);
const evidenceKinds = {
  'evidence-build': EvidencePredicate,
  'evidence-items': EvidencePredicate,
  'evidence-stage': EvidencePredicate,
  'evidence-synthetic': EvidencePredicate,
  'evidence-absent': EvidencePredicate,
};
const sealedKinds = { 'override-sealed': Override, 'waiver-sealed': Waiver };
const schemas: Record<string, { parse(value: unknown): unknown; safeParse(value: unknown): { success: boolean } }> = {
  ...schemaCatalog,
  ...evidenceKinds,
  ...sealedKinds,
};

const goldens = readdirSync(folder).map((file) => {
  const [name = '', version] = file.split('.');
  return { file, name, version, text: readFileSync(new URL(file, folder), 'utf8') };
});

describe('golden payloads', () => {
  it.each(goldens)('$file is still accepted, and nothing of it is changed', ({ name, text }) => {
    expect(schemas[name]?.parse(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it.each(goldens)('$file is refused without any one of its required fields', ({ name, text }) => {
    const golden = JSON.parse(text) as Record<string, unknown>;
    const optional = name === 'gate-question' ? ['digests', 'podTemplateHash', 'tenant'] : [];
    for (const field of Object.keys(golden).filter((key) => !optional.includes(key))) {
      const { [field]: _removed, ...rest } = golden;
      expect(schemas[name]?.safeParse(rest).success, `without ${field}`).toBe(false);
    }
  });

  it('exist for every wire shape', () => {
    const covered = new Set(goldens.map(({ name }) => name));
    const viaOthers = ['bundle', 'decision-record', 'evidence'];
    expect(Object.keys(schemaCatalog).filter((name) => !covered.has(name) && !viaOthers.includes(name))).toEqual([]);
  });
});

describe('evidence', () => {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.v1.json`, folder), 'utf8')) as Record<string, unknown>;

  it('refuses a test report that counts no test', () => {
    const build = read('evidence-build') as { values: { tests: object } };
    const tests = { ...build.values.tests, total: 0, passed: 0, skipped: 0 };
    expect(EvidencePredicate.safeParse({ ...build, values: { ...build.values, tests } }).success).toBe(false);
  });

  it('refuses stage values in a build record and build values in a stage record', () => {
    const build = read('evidence-build');
    const stage = read('evidence-stage');
    expect(EvidencePredicate.safeParse({ ...build, values: stage['values'] }).success).toBe(false);
    expect(EvidencePredicate.safeParse({ ...stage, values: build['values'] }).success).toBe(false);
  });

  it('refuses a naive time and an interval that ends before it begins', () => {
    const build = read('evidence-build');
    expect(
      EvidencePredicate.safeParse({ ...build, observed: { from: '2026-11-21T10:00:00', until: '2026-11-21T10:02:00Z' } }).success,
    ).toBe(false);
    expect(
      EvidencePredicate.safeParse({ ...build, observed: { from: '2026-11-21T10:03:00Z', until: '2026-11-21T10:02:00Z' } }).success,
    ).toBe(false);
  });

  it.each<[string, (scan: ScanValue) => void, string]>([
    ['a count that hides a finding', (scan) => Object.assign(scan.counts, { high: 0 }), '/values/scan/unlisted /values/scan/counts/high'],
    ['more findings than are listed and unlisted', (scan) => Object.assign(scan, { unlisted: 0 }), '/values/scan/unlisted'],
    ['the worst finding last', (scan) => scan.findings.reverse(), '/values/scan/findings/2/severity'],
    ['a finding twice', (scan) => scan.findings.splice(2, 1, ...scan.findings.slice(1, 2)), '/values/scan/findings/2'],
  ])('refuses a scan with %s', (_what, change, paths) => {
    const build = read('evidence-items') as { values: { scan: ScanValue } };
    change(build.values.scan);
    const parsed = BuildEvidence.safeParse(build);
    expect(parsed.error && faultsOf(parsed.error).map(({ path }) => path)).toEqual(paths.split(' '));
  });

  it('refuses coverage of no line at all, and more lines hit than found', () => {
    const build = read('evidence-items') as { values: { coverage: CoverageValue } };
    for (const lines of [
      { found: 0, hit: 0 },
      { found: 1, hit: 2 },
    ]) {
      const values = { ...build.values, coverage: { ...build.values.coverage, lines } };
      expect(BuildEvidence.safeParse({ ...build, values }).success).toBe(false);
    }
  });
});
