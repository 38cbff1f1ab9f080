import { quoted } from '../fault-list.ts';

type AddFault = (code: string, message: string) => void;

interface Sums {
  readonly found: number;
  readonly hit: number;
}

/** Records that state a sum. */
const summaries: ReadonlySet<string> = new Set(['LF', 'LH', 'FNF', 'FNH', 'BRF', 'BRH']);
const countRule = /^\d{1,18}(?:\.\d{1,9})?(?:[eE]\+?\d{1,3})?$/;

/** One source file of a tracefile while it is read. */
export class LcovSection {
  readonly #lines = new Map<number, number>();
  readonly #functions = new Map<string, number>();
  readonly #branches = new Map<string, number>();
  readonly #stated = new Map<string, number>();

  record(key: string, rest: string, fault: AddFault): void {
    const fields = rest.split(',');
    if (summaries.has(key)) {
      if (/^\d{1,15}$/.test(rest.trim())) this.#stated.set(key, Number(rest));
      else fault('invalid_count', `${key} must be a whole number, not ${quoted(rest)}`);
    } else if (key === 'DA') {
      const line = Number(fields[0]);
      const hits = this.#count(fields[1], 'DA', fault);
      if (!Number.isSafeInteger(line) || line < 0) fault('invalid_line', `DA must name a line, not ${quoted(fields[0])}`);
      else this.#lines.set(line, Math.max(this.#lines.get(line) ?? 0, hits));
    } else if (key === 'FN')
      this.#enter(this.#functions, fields.slice(/^\d+$/.test(fields[1] ?? '') && fields.length > 2 ? 2 : 1).join(','), 0);
    else if (key === 'FNDA') this.#enter(this.#functions, fields.slice(1).join(','), this.#count(fields[0], 'FNDA', fault));
    else if (key === 'FNL') this.#enter(this.#functions, `#${fields[0]}`, 0);
    else if (key === 'FNA') this.#enter(this.#functions, `#${fields[0]}`, this.#count(fields[1], 'FNA', fault));
    // `-` says that the branch was never come to.
    else if (key === 'BRDA')
      this.#enter(this.#branches, fields.slice(0, -1).join(','), fields.at(-1) === '-' ? 0 : this.#count(fields.at(-1), 'BRDA', fault));
  }

  /** What the section counts; what it states otherwise of its lines is a fault, and more hit than found is one everywhere. */
  sums(fault: AddFault): { lines: Sums; functions: Sums; branches: Sums } {
    const lines = sumsOf(this.#lines);
    for (const [key, counted] of [
      ['LF', lines.found],
      ['LH', lines.hit],
    ] as const) {
      const stated = this.#stated.get(key);
      if (stated !== undefined && stated !== counted) fault('contradiction', `${key} says ${stated}, but the section counts ${counted}`);
    }
    return { lines, functions: this.#summed('FN', this.#functions, fault), branches: this.#summed('BR', this.#branches, fault) };
  }

  /** Functions and branches are named in ways that make several into one, so what a section states counts before what it lists. */
  #summed(prefix: 'FN' | 'BR', listed: ReadonlyMap<string, number>, fault: AddFault): Sums {
    const counted = sumsOf(listed);
    const found = this.#stated.get(`${prefix}F`) ?? counted.found;
    const hit = this.#stated.get(`${prefix}H`) ?? counted.hit;
    if (hit > found) fault('contradiction', `${prefix}H says ${hit} of ${found}`);
    return { found, hit };
  }

  #enter(counts: Map<string, number>, name: string, hits: number): void {
    counts.set(name, Math.max(counts.get(name) ?? 0, hits));
  }

  #count(text: string | undefined, key: string, fault: AddFault): number {
    if (text !== undefined && countRule.test(text)) return Number(text);
    fault('invalid_count', `${key} must state how often, not ${quoted(text)}`);
    return 0;
  }
}

function sumsOf(counts: ReadonlyMap<unknown, number>): Sums {
  let hit = 0;
  for (const hits of counts.values()) if (hits > 0) hit++;
  return { found: counts.size, hit };
}
