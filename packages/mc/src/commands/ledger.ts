import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LedgerReport, VerifyLedgerOptions } from '@promotable/ledger';
import { Option } from 'commander';
import { type Act, collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions, readText } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc } from '../mc-request.ts';
import { type KeyOptions, verifiedKeys } from '../trusted-keys.ts';
import { writeWhole } from '../write-file.ts';

interface LedgerOptions extends ConnectionOptions, KeyOptions {
  readonly stream?: string;
  readonly tenant?: string;
  readonly postgres?: string;
  readonly checkpoint?: string[];
  readonly out?: string;
}

/** The logs of one tenant. */
const streams = ['evidence', 'decision'] as const;

export const registerLedger: Register = (ledger, act) => {
  registerVerify(ledger, act);
  registerExport(ledger, act);
};

const registerVerify: Register = (parent, act) => {
  const command = withConnection(
    parent.command('verify').argument('[export]', 'a file that `mc ledger export` wrote; without it the ledger of MC is read'),
  )
    .description('check every record, link and signed checkpoint, and name the record that is wrong')
    .option('--stream <name>', 'which log: evidence or decision (default: both)')
    .option('--tenant <name>', 'with --postgres: whose log')
    .addOption(new Option('--postgres <uri>', 'read the database itself, for example a copy of it').env('MC_LEDGER_POSTGRES_URI'))
    .option('--checkpoint <file>', 'a checkpoint that left the database earlier; may be repeated', collect)
    .option('--keys <file>', 'signed key set, to work offline');
  withExamples(command, [
    'mc ledger verify',
    'mc ledger verify ledger.jsonl --keys keys.json --root root.pub --checkpoint checkpoint.json',
    'mc ledger verify --postgres postgresql://…/copy --tenant acme --json',
  ]);
  act<LedgerOptions>(command, verify);
};

const registerExport = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('export'))
    .description('write one log as JSON Lines, checkpoints included')
    .option('--stream <name>', 'which log: evidence or decision', 'decision')
    .option('--out <file>', 'where to; stdout by default');
  withExamples(command, ['mc ledger export --out ledger.jsonl', 'mc ledger export | tail -1']);
  act<LedgerOptions>(command, async ({ io, options, json }) => {
    const connection = await connect(io, 'reader', options);
    const { text } = await getFromMc(io, connection, exportPath(options.stream ?? 'decision'), exportAnswer);
    if (options.out === undefined) io.stdout(text);
    else {
      await writeWhole(resolve(io.cwd, options.out), text);
      const lines = text.trimEnd().split('\n').length;
      io.stdout(json ? `${JSON.stringify({ file: options.out, lines })}\n` : `${options.out}: ${lines} lines\n`);
    }
    return exitCodes.pass;
  });
};

async function verify({ io, options, json, args }: Invocation<LedgerOptions>): Promise<ExitCode> {
  const [{ verifyLedgerExport }, { listedKeys }] = await Promise.all([import('@promotable/ledger'), import('@promotable/attest')]);
  const { keySet } = await verifiedKeys(io, options, () => connect(io, 'reader', options));
  const checkpoints = await Promise.all((options.checkpoint ?? []).map((path) => readCheckpoint(resolve(io.cwd, path))));
  const common = { resolveKey: listedKeys(keySet, 'checkpoint'), checkpoints, signal: io.signal };
  const [file] = args;
  const reports: LedgerReport[] = [];
  if (file !== undefined) reports.push(ofStream(await verifyLedgerExport(linesOf(resolve(io.cwd, file)), common), options.stream));
  else {
    for (const stream of options.stream === undefined ? streams : [options.stream]) {
      reports.push(
        options.postgres === undefined
          ? ofStream(await verifyLedgerExport(await linesFromMc({ io, options }, stream), common), stream)
          : await verifyDatabase(options, stream, common),
      );
    }
  }
  io.stdout(json ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(render).join(''));
  return reports.every(({ ok }) => ok) ? exitCodes.pass : exitCodes.fail;
}

/** A whole log of another name does not answer the question. */
function ofStream(report: LedgerReport, asked: string | undefined): LedgerReport {
  if (asked === undefined || report.stream === null || report.stream.stream === asked) return report;
  const message = `the export is of ${report.stream.tenant}/${report.stream.stream}, not of ${asked}`;
  return { ...report, ok: false, faults: [{ position: null, code: 'HEADER_INVALID', message }, ...report.faults] };
}

async function verifyDatabase({ tenant, postgres }: LedgerOptions, stream: string, common: VerifyLedgerOptions): Promise<LedgerReport> {
  if (tenant === undefined) throw new McError('USAGE', 'Whose log? Give --tenant with --postgres.');
  const [{ verifyLedger }, { createPostgresLedger }, { default: pg }] = await Promise.all([
    import('@promotable/ledger'),
    import('@promotable/ledger/postgres'),
    import('pg').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
      throw new McError('CONFIGURATION', '--postgres needs the package pg: install it beside @promotable/mc (npm install pg).', { cause });
    }),
  ]);
  const pool = new pg.Pool({ connectionString: postgres, max: 1, connectionTimeoutMillis: 10_000 });
  try {
    return await verifyLedger(createPostgresLedger({ pool }), { tenant, stream }, common);
  } finally {
    await pool.end();
  }
}

async function linesFromMc({ io, options }: Pick<Invocation<LedgerOptions>, 'io' | 'options'>, stream: string): Promise<string[]> {
  const connection = await connect(io, 'reader', options);
  const { text } = await getFromMc(io, connection, exportPath(stream), exportAnswer);
  return text.split('\n').filter((line) => line !== '');
}

/** A whole log may be long. */
const exportAnswer = { accept: 'application/x-ndjson', timeoutMs: 600_000 };

function exportPath(stream: string): string {
  return `/v1/ledger/${encodeURIComponent(stream)}/export`;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new McError('FILE_UNREADABLE', `Cannot read the export at ${path}: ${cause.code ?? 'unknown error'}.`, { cause });
  };
  // Opened before it is read by lines, which miss an error that comes first.
  const opened = new Promise<void>((settle, fail) => stream.once('open', () => settle()).once('error', fail));
  await opened.catch(unreadable);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    unreadable(error as NodeJS.ErrnoException);
  }
}

async function readCheckpoint(path: string): Promise<unknown> {
  const { parseStrictJson } = await import('@promotable/attest');
  const text = await readText(path, 'the checkpoint');
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw new McError('USAGE', `The checkpoint at ${path} is no JSON.`, { cause });
  }
}

function render({ ok, stream, entries, head, anchored, unsealed, discontinuities, faults }: LedgerReport): string {
  const name = stream === null ? 'ledger' : `${stream.tenant}/${stream.stream}`;
  const lines = [
    `${name}: ${ok ? 'whole' : 'NOT WHOLE'}, ${entries} records${head === null ? '' : `, head ${head.position} ${head.hash.slice(0, 12)}…`}`,
  ];
  if (anchored !== null) lines.push(`  proven up to record ${anchored} by a checkpoint from outside`);
  if (unsealed > 0) lines.push(`  unsealed: ${unsealed}`);
  for (const { position, at } of discontinuities) lines.push(`  record ${position} states a loss, ${at}`);
  for (const { position, code, message } of faults) lines.push(`  x ${position === null ? '' : `record ${position} `}${code}: ${message}`);
  return `${lines.join('\n')}\n`;
}
