// `npm run mutation [-- TARGET… --json --force --concurrency N]`: plants faults in the code that verdicts stand on and counts how many the tests find.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTarget } from './run-target.ts';
import type { Score } from './score.ts';
import { targets } from './targets.ts';

/** Below this share of found faults, in percent, a target is red. */
const least = 80;
const names = targets.map(({ name }) => name);
const help = `Usage: npm run mutation [-- TARGET…] [--json] [--force] [--concurrency N]

Plants small faults in the code that verdicts stand on, runs its tests against each, and counts how many faults they find.
Targets: ${names.join(', ')}; all of them without a name. Each takes many minutes; reports/mutation/TARGET.html shows every fault.

  --json           the result as JSON on standard output
  --force          judge every fault anew, also where neither code nor test has changed
  --concurrency N  processes at once (default: the number of processors, ${availableParallelism()})

Exit code: 0 when each target reaches ${least} %, 1 when one does not, 2 for wrong usage, 3 when a run broke off.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let given: ReturnType<typeof read>;
  try {
    given = read(argv);
  } catch (error) {
    process.stderr.write(`mutation: ${(error as Error).message}\n`);
    return 2;
  }
  if (given.help) {
    process.stdout.write(help);
    return 0;
  }
  const scores: Record<string, Score> = {};
  for (const target of targets.filter(({ name }) => given.chosen.includes(name))) {
    process.stderr.write(`mutation: ${target.name} …\n`);
    try {
      scores[target.name] = await runTarget(target, { root: join(import.meta.dirname, '../../..'), ...given });
    } catch (error) {
      process.stderr.write(`mutation: ${(error as Error).message}\n`);
      return 3;
    }
  }
  process.stdout.write(given.json ? `${JSON.stringify(scores, null, 2)}\n` : asText(scores));
  return Object.values(scores).every(({ percent }) => percent >= least) ? 0 : 1;
}

function read(argv: readonly string[]): { help: boolean; json: boolean; force: boolean; concurrency: number; chosen: readonly string[] } {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      concurrency: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no target ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new Error('--concurrency must be a whole number from 1');
  return { ...values, concurrency, chosen: positionals.length > 0 ? positionals : names };
}

function asText(scores: Readonly<Record<string, Score>>): string {
  const lines = Object.entries(scores).flatMap(([name, { percent, found, missed, survivors }]) => [
    `${percent >= least ? 'ok  ' : 'LOW '} ${name}: ${percent.toFixed(1)} % (${found} of ${found + missed} faults found, at least ${least} %)`,
    ...survivors.map((survivor) => `       ${survivor}`),
  ]);
  return `${lines.join('\n')}\n`;
}
