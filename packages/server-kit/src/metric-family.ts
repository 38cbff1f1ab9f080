// Counters and histograms whose cells are plain numbers, shown by prom-client when it is scraped. Its own metrics build and hash a label
// object per observation, which for four of them costs more than the answer to a hot read.
import { Counter, type Histogram, type Registry } from 'prom-client';

/** Values of the labels, in the order of `labelNames`, from closed sets. */
type LabelValue = string | number;

export interface CounterCell {
  count: number;
}

export interface HistogramCell {
  observe(value: number): void;
}

export interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** A counter in `registry`; the answer finds the cell of some label values. */
export function counterFamily(registry: Registry, { name, help, labelNames }: FamilyOptions): (...values: LabelValue[]) => CounterCell {
  const cells = cellTree<CounterCell>(() => ({ count: 0 }));
  const counter = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [values, { count }] of cells.all()) counter.inc(labelsOf(labelNames, values), count);
    },
  });
  return cells.at;
}

/** A histogram in `registry` with upper bounds `buckets`, ascending, `+Inf` understood. */
export function histogramFamily(
  registry: Registry,
  { name, help, labelNames, buckets }: FamilyOptions & { readonly buckets: readonly number[] },
): (...values: LabelValue[]) => HistogramCell {
  const cells = cellTree(() => new Observations(buckets));
  const collected = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...cells.all()].flatMap(([values, cell]) => samplesOf(name, labelsOf(labelNames, values), cell)),
    }),
    // The cells stay: whoever observes often holds on to its own.
    reset: () => {
      for (const [, cell] of cells.all()) cell.clear();
    },
  };
  // The registry asks a metric for its name, its values and nothing else; its type names the one class that the library has.
  registry.registerMetric(collected as unknown as Histogram);
  return cells.at;
}

class Observations implements HistogramCell {
  readonly buckets: readonly number[];
  /** Not cumulative; one more than there are buckets, for `+Inf`. */
  readonly counts: number[];
  sum = 0;

  constructor(buckets: readonly number[]) {
    this.buckets = buckets;
    this.counts = Array.from({ length: buckets.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.buckets.length && value > (this.buckets[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }

  clear(): void {
    this.counts.fill(0);
    this.sum = 0;
  }
}

function samplesOf(name: string, labels: Record<string, LabelValue>, { buckets, counts, sum }: Observations): object[] {
  let cumulative = 0;
  const bounds = [...buckets, '+Inf'];
  const samples: object[] = counts.map((count, index) => {
    cumulative += count;
    return { metricName: `${name}_bucket`, labels: { le: bounds[index], ...labels }, value: cumulative };
  });
  return [...samples, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: cumulative }];
}

function labelsOf(names: readonly string[], values: readonly LabelValue[]): Record<string, LabelValue> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] as LabelValue]));
}

interface CellTree<Cell> {
  readonly at: (...values: LabelValue[]) => Cell;
  all(): Iterable<readonly [readonly LabelValue[], Cell]>;
}

/** A map per label: short constant strings are found faster one by one than joined. */
function cellTree<Cell>(make: () => Cell): CellTree<Cell> {
  type Node = Map<LabelValue, Node | Cell>;
  const root: Node = new Map();
  const listed: (readonly [readonly LabelValue[], Cell])[] = [];
  // Most requests have the labels of the one before: comparing those takes a fraction of finding the cell again.
  let latest: { readonly values: readonly LabelValue[]; readonly cell: Cell } | null = null;

  function find(values: readonly LabelValue[]): Cell {
    let node = root;
    const last = values.length - 1;
    for (let index = 0; index < last; index += 1) {
      const value = values[index] as LabelValue;
      const next = (node.get(value) as Node | undefined) ?? new Map<LabelValue, Node | Cell>();
      if (next.size === 0) node.set(value, next);
      node = next;
    }
    const found = node.get(values[last] as LabelValue) as Cell | undefined;
    if (found !== undefined) return found;
    const cell = make();
    node.set(values[last] as LabelValue, cell);
    listed.push([values, cell]);
    return cell;
  }

  return {
    at(...values) {
      if (latest === null || !areEqual(values, latest.values)) latest = { values, cell: find(values) };
      return latest.cell;
    },
    all: () => listed,
  };
}

function areEqual(some: readonly LabelValue[], others: readonly LabelValue[]): boolean {
  for (let index = 0; index < some.length; index += 1) if (some[index] !== others[index]) return false;
  return true;
}
