// Everything that keeps the Rego honest: format, strict check, guarded builtins, METADATA conventions, tests with full coverage, reproducible WASM.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../src/load-policy.ts';
import { drift, generate } from './build.ts';
import { opa } from './opa.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'policies-test-'));
try {
  await opa(['fmt', '--list', '--fail', 'rego'], root);
  await opa(['check', '--strict', 'rego'], root);
  // Strict check under the guarded capabilities, METADATA conventions and the WASM itself.
  const changed = drift(await generate());
  if (changed.length > 0) throw new Error(`${changed.join(', ')} differ from what the sources make: run node scripts/build.ts`);
  const data = join(scratch, 'data.json');
  writeFileSync(data, JSON.stringify(loadPolicy({ production: true }).data));
  await coverage(data);
  const summary = (await opa(['test', 'rego', data], root)).trim();
  if (!/^PASS: (\d+)\/\1$/m.test(summary)) throw new Error(`policy tests skipped or failed:\n${summary}`);
  process.stdout.write(`${summary}\npolicy coverage: 100 %\npolicy bundle: reproducible\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function coverage(data: string): Promise<void> {
  const report = JSON.parse(await opa(['test', '--coverage', 'rego', data], root)) as {
    coverage: number;
    files: Record<string, { not_covered?: { start: { row: number } }[] }>;
  };
  const gaps = Object.entries(report.files).flatMap(([file, { not_covered: open = [] }]) =>
    open.map(({ start }) => `${file}:${start.row}`),
  );
  if (report.coverage !== 100 || gaps.length > 0)
    throw new Error(`policy coverage is ${report.coverage} %, not covered: ${gaps.join(', ')}`);
}
