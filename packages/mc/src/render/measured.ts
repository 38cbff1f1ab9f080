import type { Measured } from '@promotable/contracts';

/** What the counting window showed against its budgets, the stable version and the unit cost beside it, in one line. */
export function renderMeasured({ p95Ms, errorRate, samples, window, stable, budget, cost }: Measured): string {
  const seconds = (Date.parse(window.until) - Date.parse(window.from)) / 1000;
  const parts = [
    `p95 ${figure(p95Ms)} ms (budget ${budget.p95Ms === null ? 'none' : `${figure(budget.p95Ms)} ms`})`,
    `errors ${percent(errorRate)} (budget ${budget.errorRate === null ? 'none' : percent(budget.errorRate)})`,
    `${samples ?? 'unknown'} requests in ${figure(seconds)} s`,
    ...(stable === null ? [] : [`stable p95 ${figure(stable.p95Ms)} ms, errors ${percent(stable.errorRate)}`]),
    ...(cost?.graphqlPerMillionUsd == null
      ? []
      : [`${cost.estimated ? 'estimated ' : ''}unit cost $${figure(cost.graphqlPerMillionUsd)} a million requests`]),
  ];
  return `  measured: ${parts.join(' · ')}\n`;
}

function percent(rate: number): string {
  return `${figure(rate * 100)} %`;
}

/** At most two decimals, three significant digits below one. */
function figure(value: number): string {
  return String(Math.abs(value) < 1 ? Number(value.toPrecision(3)) : Math.round(value * 100) / 100);
}
