// A result for people.
import type { Gate, Metric } from '../harness/row.ts';
import type { Result, ResultRow } from './result.ts';

/** Aligned columns, then a sentence for every cause. */
export function textTable(rows: readonly ResultRow[]): string {
  const lines = [['row', 'ratio', 'range', 'limit', 'subject', 'baseline', 'verdict'], ...rows.map(cells)];
  const widths = (lines[0] as string[]).map((_cell, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const table = lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
  const causes = rows.flatMap(({ name, causes: found }) => found.map(({ code, detail }) => `${name}: ${code}: ${detail}`));
  return `${[table, ...causes].join('\n')}\n`;
}

export function markdownTable({ machine, mode, rows }: Result): string {
  const header = ['row', 'ratio', 'range', 'limit', 'subject', 'baseline', 'verdict'];
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const { date, commit, cpu, processors, node, unpinned } = machine;
  return [
    `\`npm run bench -- ${mode}\`, ${date.slice(0, 10)}, commit ${commit?.slice(0, 12) ?? 'unknown'}, ${cpu} × ${processors}, Node ${node}, ${unpinned === null ? 'pinned' : `not pinned (${unpinned})`}`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map((row) => line(cells(row))),
    '',
  ].join('\n');
}

function cells({ name, ratio, kind, gate, metric, subject, baseline, verdict, runs }: ResultRow): string[] {
  const figures = runs.flatMap((run) => (run.figures === null ? [] : [run.figures]));
  const middle = figures.find((one) => one.ratio === ratio) ?? figures[0];
  return [
    name,
    ratio === null ? '–' : `${kind === 'share' ? '' : '×'}${significant(ratio)}`,
    figures.length === 0
      ? '–'
      : `${significant(Math.min(...figures.map(({ min }) => min)))} … ${significant(Math.max(...figures.map(({ max }) => max)))}`,
    limitText(gate),
    middle === undefined ? subject : `${subject} ${amount(middle.subject.median, metric)}`,
    middle === undefined ? baseline : `${baseline} ${amount(middle.baseline.median, metric)}`,
    verdict === null ? 'told' : `${verdict} (${runs.map((run) => run.verdict ?? 'told').join(', ')})`,
  ];
}

/** `≤ 3.2`, `≥ 0.75`, or `none`. */
export function limitText(gate: Gate | null): string {
  if (gate === null) return 'none';
  if (gate.kind === 'share') return `≥ ${gate.atLeast}`;
  return `≤ ${gate.atMost}${gate.allowance === undefined ? '' : ` after ${gate.allowance} off`}`;
}

/** From µs per operation, or ms of latency. */
function amount(value: number, metric: Metric): string {
  if (metric === 'p50' || metric === 'p95') return `${significant(value)} ms`;
  if (value < 1) return `${significant(value * 1000)} ns`;
  return value < 10_000 ? `${significant(value)} µs` : `${significant(value / 1000)} ms`;
}

function significant(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
