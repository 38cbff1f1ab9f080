// Builds everything generated: `node scripts/build.ts` writes it, `--check` compares it and exits 1 on a difference.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceFacts, RolloutFacts } from '@promotable/contracts';
import { entrypoints } from '../src/entrypoints.ts';
import { withBareMetadata } from './bare-metadata.ts';
import { guardedCapabilities } from './capabilities.ts';
import { opa } from './opa.ts';
import { withReasonTable } from './readme-table.ts';
import { reasonEntries } from './reason-entries.ts';
import { shapeRules } from './shape-rules.ts';
import { shapeTable } from './shape-table.ts';
import { tarEntry } from './tar-entry.ts';

const root = join(import.meta.dirname, '..');

/** Every generated file by its path in the package. */
export async function generate(): Promise<Map<string, Uint8Array>> {
  const scratch = mkdtempSync(join(tmpdir(), 'policies-'));
  try {
    const capabilities = json(
      guardedCapabilities(JSON.parse(await opa(['capabilities', '--current'], root)) as Parameters<typeof guardedCapabilities>[0]),
    );
    const guard = join(scratch, 'capabilities.json');
    writeFileSync(guard, capabilities);
    const rego = join(scratch, 'rego');
    cpSync(join(root, 'rego'), rego, { recursive: true });
    const known = join(rego, 'promotable/known/known.rego');
    writeFileSync(known, shapeRules({ rollout: RolloutFacts.toJSONSchema(), evidence: EvidenceFacts.toJSONSchema() }));
    await opa(['fmt', '--write', known], root);
    const knownModule = readFileSync(known);
    await opa(['check', '--strict', '--capabilities', guard, '--ignore', '*_test.rego', 'rego'], scratch);
    const { entries, faults } = reasonEntries(
      JSON.parse(await opa(['inspect', '-a', '-f', 'json', 'rego'], scratch)) as Parameters<typeof reasonEntries>[0],
    );
    if (faults.length > 0) throw new Error(`METADATA breaks its conventions:\n${faults.join('\n')}`);
    const archive = join(scratch, 'bundle.tar.gz');
    const wanted = Object.values(entrypoints).flatMap((entrypoint) => ['-e', entrypoint]);
    for (const path of readdirSync(rego, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rego'))) {
      const module = join(rego, path);
      writeFileSync(module, withBareMetadata(readFileSync(module, 'utf8')));
    }
    // Built from inside the folder, so that no path of this machine can reach the bytes.
    await opa(['build', '-t', 'wasm', ...wanted, '--capabilities', guard, '--ignore', '*_test.rego', '-o', archive, '.'], rego);
    const shapes = [RolloutFacts, EvidenceFacts].map((facts) => [facts.shape.schema.value, shapeTable(facts.toJSONSchema())]);
    return new Map([
      ['bundle/capabilities.json', capabilities],
      ['bundle/catalog.json', json(entries)],
      ['bundle/policy.wasm', tarEntry(readFileSync(archive), '/policy.wasm')],
      ['bundle/shapes.json', json(Object.fromEntries(shapes))],
      ['rego/promotable/known/known.rego', knownModule],
      ['README.md', Buffer.from(withReasonTable(readFileSync(join(root, 'README.md'), 'utf8'), entries))],
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Paths whose committed bytes differ from the generated ones. */
export function drift(files: ReadonlyMap<string, Uint8Array>): string[] {
  return [...files].filter(([path, bytes]) => !sameBytes(join(root, path), bytes)).map(([path]) => path);
}

function sameBytes(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

if (import.meta.main) {
  const files = await generate();
  const changed = drift(files);
  if (!process.argv.includes('--check')) for (const path of changed) writeFileSync(join(root, path), files.get(path) ?? '');
  process.stdout.write(
    changed.length === 0
      ? 'policy bundle: up to date\n'
      : `policy bundle: ${changed.join(', ')} ${process.argv.includes('--check') ? 'differ: run node scripts/build.ts' : 'written'}\n`,
  );
  if (changed.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
}
