// Runs the blocks of one README in order, in the project of a stranger; copied there as `run-blocks.ts`, so it imports nothing of this workspace.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a fixture may export besides the names that its snippets use. */
interface Fixture {
  /** What stands in the README for something that only a run knows: a literal text, and what it becomes. */
  readonly values?: Readonly<Record<string, string>>;
  /** Exit codes of shell commands that are not 0, by how the command begins. */
  readonly exits?: Readonly<Record<string, number>>;
  /** Ends what the fixture started. */
  stop?(): Promise<void>;
}

interface PreparedBlock {
  readonly language: 'ts' | 'sh';
  readonly line: number;
  /** The module, or the commands, one a line. */
  readonly text: string;
}

const home = import.meta.dirname;
const fixture = (existsSync(join(home, 'fixture.ts')) ? await import(join(home, 'fixture.ts')) : {}) as Fixture;
const { values = {}, exits = {} } = fixture;
const blocks = JSON.parse(readFileSync(join(home, 'blocks.json'), 'utf8')) as PreparedBlock[];
const unused = new Set([...Object.keys(values), ...Object.keys(exits)]);
const faults: string[] = [];

for (const [index, { language, line, text }] of blocks.entries()) {
  try {
    const real = substituted(text);
    if (language === 'sh') for (const command of real.split('\n')) shell(command);
    else {
      const file = join(home, `run-${index}.ts`);
      writeFileSync(file, real);
      await import(file);
    }
  } catch (error) {
    faults.push(`line ${line}: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`);
  }
}
await fixture.stop?.();
for (const text of unused) faults.push(`the README has nothing like ${text}: the fixture is out of date`);
writeFileSync(join(home, 'faults.json'), JSON.stringify(faults));
// A snippet may leave a server or a timer behind, as a program would that goes on.
process.exit(0);

function substituted(text: string): string {
  return Object.entries(values).reduce((result, [literal, value]) => {
    if (result.includes(literal)) unused.delete(literal);
    return result.replaceAll(literal, () => value);
  }, text);
}

function shell(command: string): void {
  const path = `${join(home, '../node_modules/.bin')}:${process.env['PATH']}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', command], {
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  const prefix = Object.keys(exits).find((begin) => command.startsWith(begin));
  if (prefix !== undefined) unused.delete(prefix);
  const expected = prefix === undefined ? 0 : exits[prefix];
  if (status !== expected) throw new Error(`\`${command}\` ended with ${status}, not ${expected}:\n${stdout}${stderr}`);
}
