import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvidencePredicate } from './evidence.ts';
import { schemaCatalog } from './schema-catalog.ts';

const folder = new URL('../fixtures/', import.meta.url);
const evidenceKinds = { 'evidence-build': EvidencePredicate, 'evidence-stage': EvidencePredicate, 'evidence-absent': EvidencePredicate };
const schemas: Record<string, { parse(value: unknown): unknown; safeParse(value: unknown): { success: boolean } }> = {
  ...schemaCatalog,
  ...evidenceKinds,
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
});
