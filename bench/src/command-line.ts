import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.ts';

export const usage = `Usage: npm run bench -- [quick|full|selftest] [options]
       npm run bench -- report FILE

  quick      rows that need neither servers nor services (default)
  full       every row
  selftest   shows that the harness finds a planted +20 % and no difference where there is none
  report     prints a result of --json as a table in Markdown

Options:
  --row NAME   only this row or comparison; may be repeated, and picks from all rows
  --json       the result as JSON on standard output, and nothing else there
  --list       name the rows and their limits, measure nothing
  --rounds N   rounds of a run, 1 to 99 (default: the row's)
  --slice MS   length of a slice, 10 to 10000 (default: the row's)
  -h, --help   this text

Exit codes: 0 every limit kept · 1 a limit missed · 2 wrong usage · 3 inconclusive.
`;

export type Command =
  | { readonly type: 'help' }
  | { readonly type: 'report'; readonly file: string }
  | ({ readonly type: 'quick' | 'full' | 'selftest' | 'list' } & Settings);

export interface Settings {
  /** Names of rows or comparisons; empty = all of the set. */
  readonly only: readonly string[];
  readonly json: boolean;
  readonly rounds?: number;
  /** Milliseconds. */
  readonly sliceMs?: number;
}

/** @throws {BenchError} `USAGE` */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  if (values.help === true) return { type: 'help' };
  const [name = 'quick', file, ...rest] = positionals;
  if (name === 'report') {
    if (file === undefined || rest.length > 0) throw new BenchError('USAGE', 'report takes one file, the output of --json');
    return { type: 'report', file };
  }
  if (file !== undefined) throw new BenchError('USAGE', `"${file}" is one argument too many`);
  if (name !== 'quick' && name !== 'full' && name !== 'selftest')
    throw new BenchError('USAGE', `"${name}" is neither quick, full, selftest nor report`);
  return {
    type: values.list === true ? 'list' : name,
    only: values.row ?? [],
    json: values.json === true,
    ...(values.rounds === undefined ? {} : { rounds: within('--rounds', values.rounds, 1, 99) }),
    ...(values.slice === undefined ? {} : { sliceMs: within('--slice', values.slice, 10, 10_000) }),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        row: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        rounds: { type: 'string' },
        slice: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new BenchError('USAGE', (cause as Error).message, { cause });
  }
}

function within(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new BenchError('USAGE', `${option} must be ${least} to ${most}, not "${text}"`);
  return value;
}
