import type { Fault } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';

/** Labels that a series must have, each with exactly this value. */
export type LabelMatchers = Readonly<Record<string, string>>;

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * `a="b",c="d"` for the braces of a selector, sorted by name. Values are quoted as JSON quotes them, which PromQL reads alike
 * (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals), so no value can end its quotes.
 * @throws {TelemetryError} `INVALID_SELECTOR` with every fault: a name that is none, `__name__`, or an empty value, which would match what lacks the label
 */
export function renderMatchers(matchers: LabelMatchers): string {
  const entries = Object.entries(matchers).sort(([a], [b]) => (a < b ? -1 : 1));
  const faults = entries.flatMap(([name, value]) => faultsOfMatcher(name, value));
  if (faults.length > 0)
    throw new TelemetryError(
      'INVALID_SELECTOR',
      `not label matchers: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
      {
        faults,
        status: 400,
      },
    );
  return entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
}

/** The name of a label, as it stands in a query. @throws {TelemetryError} `INVALID_SELECTOR` where it is none */
export function labelOf(name: string): string {
  if (isLabel(name)) return name;
  throw new TelemetryError('INVALID_SELECTOR', `${JSON.stringify(name)} is no name of a label`, { status: 400 });
}

function isLabel(name: string): boolean {
  return labelName.test(name) && name !== '__name__';
}

function faultsOfMatcher(name: string, value: string): Fault[] {
  const path = `/${name}`;
  if (!isLabel(name)) return [{ path, code: 'not_a_label', message: 'is no name of a label' }];
  if (value === '') return [{ path, code: 'empty', message: 'must not be empty' }];
  if (!value.isWellFormed()) return [{ path, code: 'not_text', message: 'must be well-formed text' }];
  return [];
}
