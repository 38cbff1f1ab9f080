import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StoryError } from './story-error.ts';

export interface StartOptions {
  /** Stop everything at the end; the exit code says whether all came out as told. */
  readonly once: boolean;
  /** One JSON array on stdout, everything else on stderr. */
  readonly json: boolean;
  /** Of MC; null = 4000, or a free one when it is taken. */
  readonly port: number | null;
  /** Absolute path. */
  readonly data: string;
  /** Forget what earlier stories left in `data`. */
  readonly reset: boolean;
  readonly help: boolean;
}

export const usage = `npm start [-- --once --json --port N --data DIR --reset]

Takes a real canary from evidence to a signed verdict, then leaves Mission Control running.
  --once      stop everything at the end; exit code 0 only if all came out as told
  --json      print one JSON array on stdout, a step each; everything else goes to stderr
  --port N    port of Mission Control (default: 4000, or a free one; 0 takes any free one)
  --data DIR  where everything is kept (default: .promotable)
  --reset     forget what was kept there

Exit codes: 0 all came out as told · 1 something did not · 2 wrong usage or configuration · 3 internal error.
`;

export interface Where {
  /** What a path without a leading slash is relative to. */
  readonly cwd: string;
  /** Data directory unless one is named. */
  readonly data: string;
}

/** Reads the arguments behind `npm start --`. @throws StoryError `USAGE` */
export function readStartOptions(argv: readonly string[], { cwd, data }: Where): StartOptions {
  const given = parse(argv);
  if (given.data === '') throw new StoryError('USAGE', '--data needs a directory.');
  return {
    once: given.once,
    json: given.json,
    port: portOf(given.port),
    data: given.data === undefined ? data : resolve(cwd, given.data),
    reset: given.reset,
    help: given.help,
  };
}

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: { once: flag, json: flag, reset: flag, help: { ...flag, short: 'h' }, port: { type: 'string' }, data: { type: 'string' } },
    }).values;
  } catch (cause) {
    throw new StoryError(
      'USAGE',
      `${(cause as Error).message.split(/\.?\s*\n|\. /)[0] ?? ''}; there are --once, --json, --port N, --data DIR and --reset.`,
      { cause },
    );
  }
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new StoryError('USAGE', `--port must be a whole number from 0 to 65535, not "${text}".`);
  return port;
}
