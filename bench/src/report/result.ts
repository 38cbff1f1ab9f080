// What `--json` prints and `report` reads.
import type { Gate, Metric } from '../harness/row.ts';
import type { Cause, RunResult, Verdict } from '../harness/judge-run.ts';
import type { RowResult } from '../harness/run-row.ts';
import type { Machine } from './machine.ts';

export interface ResultRow {
  readonly name: string;
  readonly row: string;
  readonly subject: string;
  readonly baseline: string;
  readonly metric: Metric;
  /** `cost`: subject ÷ baseline; `share`: baseline ÷ subject. */
  readonly kind: Gate['kind'];
  /** Median of the runs' medians; null where nothing could be measured. */
  readonly ratio: number | null;
  readonly gate: Gate | null;
  /** Null: told, not judged. */
  readonly verdict: Verdict | null;
  readonly causes: readonly Cause[];
  readonly runs: readonly RunResult[];
}

export interface Result {
  readonly schema: 'https://promotable.dev/bench/v1';
  readonly mode: string;
  readonly machine: Machine;
  readonly rows: readonly ResultRow[];
}

export function resultRow({ name, row, comparison, ratio, verdict, causes, runs }: RowResult): ResultRow {
  const { subject, baseline, metric, gate, kind } = comparison;
  return { name, row, subject, baseline, metric, kind: gate?.kind ?? kind ?? 'cost', ratio, gate, verdict, causes, runs };
}

/** 1 when a limit is missed, else 3 when something is doubtful, else 0. */
export function exitCodeOf(rows: readonly Pick<ResultRow, 'verdict'>[]): 0 | 1 | 3 {
  if (rows.some(({ verdict }) => verdict === 'fail')) return 1;
  return rows.some(({ verdict }) => verdict === 'inconclusive') ? 3 : 0;
}
