import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { reasonEntries } from '../scripts/reason-entries.ts';
import { shapeTable } from '../scripts/shape-table.ts';
import { type Settings, reasonCatalog, settingCatalog } from './index.ts';

// The compiler's libraries here have no DOM, where these types live.
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: unknown }>;
  Memory: new (descriptor: { initial: number }) => { buffer: ArrayBuffer };
  Module: { imports(module: object): { name: string; kind: string }[] };
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };
const root = join(import.meta.dirname, '..');

describe('the committed bundle', () => {
  it('is what the sources make, and every rule in it is covered by a policy test', async () => {
    const script = join(root, 'scripts/test-policy.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@promotable/source', script], { cwd: root });
    process.stdout.write(stdout);
    expect(stdout).toMatch(/^PASS: (\d+)\/\1$/m);
    expect(stdout).toContain('policy coverage: 100 %');
  });

  it('wants nothing from its host: every builtin is inside the WASM', async () => {
    const module = await wasm.compile(readFileSync(join(root, 'bundle/policy.wasm')));
    const memory = new wasm.Memory({ initial: 5 });
    const refuse = () => {
      throw new Error('called the host');
    };
    const env = Object.fromEntries(wasm.Module.imports(module).map(({ name, kind }) => [name, kind === 'memory' ? memory : refuse]));
    const exports = (await wasm.instantiate(module, { env })).exports as Record<string, (address?: number) => number>;
    const address = exports['opa_json_dump']?.(exports['builtins']?.()) ?? 0;
    const bytes = new Uint8Array(memory.buffer);
    expect(Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString()).toBe('{}');
  });

  it('has every code that others rely on', () => {
    for (const code of [
      'NO_EVIDENCE',
      'PENDING',
      'STALE',
      'UNCONFIRMED',
      'DIGEST_MISMATCH',
      'ROLLBACK_TO_PROVEN',
      'MC_UNREACHABLE',
      'POLICY_FAILED',
    ])
      expect(reasonCatalog).toHaveProperty(code);
  });
});

describe('the settings', () => {
  it('each have a unit, a direction, a description and a reason for the default', () => {
    for (const [name, { unit, description, reason }] of Object.entries(settingCatalog))
      expect(
        [unit, description, reason].every((text) => text.length > 1),
        name,
      ).toBe(true);
  });

  it('are the fields of the type Settings', () => {
    const source = readFileSync(join(root, 'src/settings.ts'), 'utf8');
    const body = /export interface Settings \{([^}]*)\}/.exec(source)?.[1] ?? '';
    expect([...body.matchAll(/readonly (\w+):/g)].map((match) => match[1]).sort()).toEqual(Object.keys(settingCatalog).sort());
    expect('stages' satisfies keyof Settings).toBe('stages');
  });
});

describe('reasonEntries', () => {
  const annotation = (custom: Record<string, unknown>, scope = 'rule') => ({
    annotations: { title: 't', description: 'd', scope, custom },
    location: { file: 'a.rego', row: 1 },
    path: [],
  });
  const complete = { code: 'A_CODE', class: 'breach', owner: 'service', message: 'm', fix: 'f' };

  it.each([
    ['a code twice', [annotation(complete), annotation(complete)], 'is taken'],
    ['no fix', [annotation({ ...complete, fix: '' })], 'custom.fix is missing'],
    ['a class that is none', [annotation({ ...complete, class: 'severe' })], 'class of A_CODE'],
    ['a setting that there is not', [annotation({ ...complete, settings: ['p95Budget'] })], 'p95Budget is no setting'],
    ['a setting that bears on verdicts and on no code', [annotation(complete)], 'no reason names the setting p95BudgetMs'],
    ['a waivable breach of integrity', [annotation({ ...complete, class: 'waivable_breach', integrity: true })], 'cannot be of integrity'],
    ['a field that nobody reads', [annotation({ ...complete, colour: 'red' })], 'unknown fields colour'],
    ['a scope that the rule cannot see', [annotation(complete, 'document')], 'scope rule'],
    ['a code in lower case', [annotation({ ...complete, code: 'a' })], 'UPPER_SNAKE_CASE'],
  ])('finds %s', (_, annotations, fault) => {
    expect(reasonEntries({ annotations }).faults.join('\n')).toContain(fault);
  });
});

describe('shapeTable', () => {
  it('refuses a schema with an optional field, for facts have none', () => {
    expect(() => shapeTable({ type: 'object', properties: { a: { type: 'boolean' } }, required: [], additionalProperties: false })).toThrow(
      'no optional fields',
    );
  });

  it('refuses a schema that the policy could not check', () => {
    expect(() => shapeTable({ type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false })).toThrow(
      'no rule for',
    );
  });
});
