// `npm run bench`
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isCodedError } from '@promotable/contracts';
import { type Command, parseCommand, usage } from './command-line.ts';
import { findPlacement } from './harness/placement.ts';
import type { RowContext } from './harness/row.ts';
import { runRow } from './harness/run-row.ts';
import { peersOf } from './peers.ts';
import { describeMachine } from './report/machine.ts';
import { exitCodeOf, type Result, type ResultRow, resultRow } from './report/result.ts';
import { limitText, markdownTable, textTable } from './report/table.ts';
import { rows } from './rows/catalogue.ts';
import { selectRows } from './select-rows.ts';
import { selftest } from './selftest/selftest.ts';

const root = join(import.meta.dirname, '../..');
const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);
const print = (text: string): void => void process.stdout.write(text);

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(`stopped by ${signal}`)));

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(parseCommand(argv));
  } catch (error) {
    const isUsage = isCodedError(error) && error.code === 'USAGE';
    say(isUsage ? `${error.message}; --help says more` : ((error as Error).stack ?? String(error)));
    return isUsage ? 2 : 3;
  }
}

async function run(command: Command): Promise<number> {
  if (command.type === 'help') {
    print(usage);
    return 0;
  }
  if (command.type === 'report') {
    print(markdownTable(JSON.parse(readFileSync(resolve(process.env['INIT_CWD'] ?? '.', command.file), 'utf8')) as Result));
    return 0;
  }
  const placement = findPlacement();
  if (placement.reason !== null) say(`not pinned: ${placement.reason}`);
  const context: RowContext = { root, placement, signal: abort.signal, say, peers: peersOf(root, say, abort.signal) };
  const options = {
    ...(command.rounds === undefined ? {} : { rounds: command.rounds }),
    ...(command.sliceMs === undefined ? {} : { sliceMs: command.sliceMs }),
  };
  if (command.type === 'selftest') return selftest(context, options, command.json, print);
  const chosen = selectRows(rows, command.type === 'list' ? 'full' : command.type, command.only);
  if (command.type === 'list') {
    for (const row of chosen)
      print(
        `${row.name} (${row.set}): ${row.title}\n${row.comparisons.map(({ name, gate }) => `  ${name} ${limitText(gate)}\n`).join('')}`,
      );
    return 0;
  }
  const machine = describeMachine(root, placement, new Date());
  const measured: ResultRow[] = [];
  for (const row of chosen) {
    const results = (await runRow(row, context, options)).map(resultRow);
    measured.push(...results);
    for (const { name, ratio, verdict } of results) say(`${name}: ${ratio?.toFixed(3) ?? 'no ratio'}, ${verdict ?? 'told'}`);
  }
  const result: Result = { schema: 'https://promotable.dev/bench/v1', mode: command.type, machine, rows: measured };
  print(command.json ? `${JSON.stringify(result, null, 2)}\n` : textTable(measured));
  return exitCodeOf(measured);
}
