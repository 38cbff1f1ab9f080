// Figures as a person reads them.
import type { Measured, Reason, Verdict } from '@promotable/contracts';

const [ms, percent] = [(value: number) => `${figure(value)} ms`, (value: number) => `${figure(value * 100)} %`];

/** Measured value, budget, samples and window of one SLO window, and the stable version beside it. */
export function measuredLine({ p95Ms, errorRate, samples, window, stable, budget, cost }: Measured): string {
  const seconds = (Date.parse(window.until) - Date.parse(window.from)) / 1000;
  const parts = [
    `p95 ${ms(p95Ms)} (budget ${budget.p95Ms === null ? 'none' : ms(budget.p95Ms)})`,
    `errors ${percent(errorRate)} (budget ${budget.errorRate === null ? 'none' : percent(budget.errorRate)})`,
    `${samples ?? 'unknown'} requests in ${figure(seconds)} s`,
    ...(stable === null
      ? []
      : [`stable p95 ${ms(stable.p95Ms)}, errors ${percent(stable.errorRate)}, ${stable.samples ?? 'unknown'} requests`]),
    ...(cost?.graphqlPerMillionUsd == null
      ? []
      : [`${cost.estimated ? 'estimated ' : ''}unit cost $${figure(cost.graphqlPerMillionUsd)} a million requests`]),
  ];
  return parts.join(' · ');
}

/** A reason in the policy's own words; a breach is marked apart from what is only missing. */
export function reasonLine({ code, class: kind, message }: Pick<Reason, 'code' | 'class' | 'message'>): string {
  return `${kind === 'missing_proof' ? '?' : kind === 'note' ? '!' : '✗'} ${code}: ${message}`;
}

/** At most two decimals, three significant digits below one. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Math.abs(value) < 1 ? Number(value.toPrecision(3)) : Math.round(value * 100) / 100);
}

const colours: Readonly<Record<Verdict | 'failed' | 'dim' | 'bold', number>> = {
  pass: 32,
  fail: 31,
  hold: 33,
  failed: 41,
  dim: 2,
  bold: 1,
};

/** Wraps text in an SGR colour where the output shows colours. */
export function painter(isColoured: boolean): (text: string, colour: keyof typeof colours) => string {
  return (text, colour) => (isColoured ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text);
}

/** https://no-color.org: a terminal, and the user has not asked for none. */
export function showsColours(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** A path as one word of a POSIX shell. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
