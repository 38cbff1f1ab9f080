import { services, servicesOf } from '../catalogue/catalogue.ts';
import type { Service } from '../catalogue/service.ts';
import { ServicesError } from '../services-error.ts';

/** The parts of these names, each once; the light set when there is none. Throws `UNKNOWN_SERVICE`, which lists every wrong name. */
export function chooseServices(names: readonly string[]): readonly Service[] {
  if (names.length === 0) return servicesOf('light');
  const known = services.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => {
      const near = known.filter((candidate) => candidate.startsWith(name.slice(0, 3)) || distance(candidate, name) <= 2);
      return `There is no service "${name}"${near.length === 0 ? '' : `: did you mean ${near.join(' or ')}?`}`;
    });
    throw new ServicesError('UNKNOWN_SERVICE', [...lines, `Known are: ${known.join(', ')}`].join('\n'));
  }
  return services.filter(({ name }) => names.includes(name));
}

/** How many letters must be inserted, deleted or replaced to get from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      next.push(Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
