import { BenchError } from './bench-error.ts';
import type { Row } from './harness/row.ts';

/** The rows of a set, or those named; a comparison that is named brings its row, with itself alone. @throws {BenchError} `USAGE` */
export function selectRows(all: readonly Row[], set: 'quick' | 'full', only: readonly string[]): readonly Row[] {
  if (only.length === 0) return all.filter((row) => set === 'full' || row.set === 'quick');
  const known = new Set(all.flatMap((row) => [row.name, ...row.comparisons.map(({ name }) => name)]));
  const unknown = only.find((name) => !known.has(name));
  if (unknown !== undefined) throw new BenchError('USAGE', `there is no row "${unknown}": --list names them`);
  return all.flatMap((row) => {
    if (only.includes(row.name)) return [row];
    const comparisons = row.comparisons.filter(({ name }) => only.includes(name));
    return comparisons.length === 0 ? [] : [{ ...row, comparisons }];
  });
}
