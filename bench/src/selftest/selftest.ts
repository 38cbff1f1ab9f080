// A harness that cannot tell a fifth more from nothing must not be believed about anything else.
import type { Verdict } from '../harness/judge-run.ts';
import type { RowContext } from '../harness/row.ts';
import { type RowResult, type RunOptions, runRow } from '../harness/run-row.ts';
import { exitCodeOf, resultRow } from '../report/result.ts';
import { textTable } from '../report/table.ts';
import { plantedRows } from './planted-rows.ts';

export interface Finding {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

/** Measures work whose ratio is known and says whether the harness saw it. */
export async function selftest(context: RowContext, options: RunOptions, json: boolean, print: (text: string) => void): Promise<number> {
  const results: RowResult[] = [];
  for (const row of plantedRows) results.push(...(await runRow(row, context, options)));
  const findings = results.map(findingOf);
  print(
    json
      ? `${JSON.stringify({ findings, rows: results.map(resultRow) }, null, 2)}\n`
      : `${textTable(results.map(resultRow))}\n${findings.map(({ name, verdict, detail }) => `${verdict}: ${name}: ${detail}\n`).join('')}`,
  );
  return exitCodeOf(findings);
}

/** How far from the truth a ratio may be, of 1 and of 1.2: half of the planted fifth. */
const tolerance = 0.1;

/** What is expected: of itself a pass and a ratio near 1, of the planted slowdown a fail and a ratio near 1.2. */
export function findingOf({ name, ratio, verdict }: Pick<RowResult, 'name' | 'ratio' | 'verdict'>): Finding {
  const isPlanted = name.endsWith('-planted');
  const [expected, truth] = isPlanted ? (['fail', 1.2] as const) : (['pass', 1] as const);
  const what = isPlanted ? 'a variant with a fifth more work' : 'a variant against itself';
  const said = `${what} was measured as ×${ratio?.toFixed(3) ?? 'nothing'} and judged ${verdict ?? 'not at all'}`;
  if (verdict === 'inconclusive') return { name, verdict: 'inconclusive', detail: said };
  const isSeen = verdict === expected && ratio !== null && Math.abs(ratio - truth) <= tolerance;
  return { name, verdict: isSeen ? 'pass' : 'fail', detail: said };
}
