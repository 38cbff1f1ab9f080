import { resolve } from 'node:path';
import { z } from 'zod';
import { type Act, collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions, readText } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf, type McAnswer, postToMc } from '../mc-request.ts';
import { renderTable } from '../render/table.ts';

interface ListOptions extends ConnectionOptions {
  readonly find?: string;
}

interface EraseOptions extends ConnectionOptions {
  readonly mention?: string[];
  readonly mentions?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const People = z.object({
  people: z.array(
    z.object({ pseudonym: z.uuid(), issuer: z.string(), subject: z.string(), name: z.string().nullable(), firstSeenAt: z.string() }),
  ),
  next: z.uuid().nullable(),
});
const Fields = z.object({ place: z.string(), id: z.string(), fields: z.array(z.string()) });
const Report = z.object({
  pseudonym: z.uuid().nullable(),
  dryRun: z.boolean(),
  erased: z.array(Fields),
  blocked: z.array(z.object({ place: z.string(), id: z.string(), why: z.string() })),
  remaining: z.array(Fields),
});
type Report = z.infer<typeof Report>;

/** Every waiver and override of a tenant is read. */
const timeoutMs = 120_000;

export const registerPerson: Register = (person, act) => {
  registerList(person, act);
  registerErase(person, act);
};

const registerList = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('list'))
    .description('who stands behind each pseudonym of your tenant; needs the scope person:erase')
    .option('--find <text>', 'those alone whose subject or name holds this text; it is not sent to MC');
  withExamples(command, ['mc person list', 'mc person list --find doe --json | jq -r ".[].pseudonym"']);
  act<ListOptions>(command, list);
};

async function list({ io, options, json }: Invocation<ListOptions>): Promise<ExitCode> {
  const connection = await connect(io, 'admin', options);
  const all: z.infer<typeof People>['people'] = [];
  for (let after = ''; ; ) {
    const { people, next } = read(await getFromMc(io, connection, `/v1/people${after}`), People);
    all.push(...people);
    if (next === null) break;
    after = `?after=${next}`;
  }
  const text = (options.find ?? '').toLowerCase();
  const found = all.filter(({ subject, name }) => `${subject}\n${name ?? ''}`.toLowerCase().includes(text));
  if (json) io.stdout(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length === 0) io.stdout('Nobody.\n');
  else {
    const rows = found.map(({ pseudonym, issuer, subject, name, firstSeenAt }) => [pseudonym, name ?? '', subject, issuer, firstSeenAt]);
    io.stdout(renderTable(['pseudonym', 'name', 'subject', 'issuer', 'first seen'], rows));
  }
  return exitCodes.pass;
}

const registerErase = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('erase').argument('[pseudonym]', 'as `mc person list` shows it'))
    .description(
      'forget somebody: who the pseudonym stands for, what they wrote, and every text that names them; logs and decisions still verify; needs the scope person:erase',
    )
    .option('--mention <name>', 'another name to look for in texts, whoever wrote them; repeat for each', collect)
    .option('--mentions <file>', 'names, one per line, for those who want none in the history of their shell')
    .option('--dry-run', 'say what would be erased, and erase nothing')
    .option('--yes', 'erase; nothing brings it back');
  withExamples(command, [
    'mc person erase 0198c7b2-7c1e-4d6f-9a51-3f0e1c2d4b5a --dry-run',
    'mc person erase 0198c7b2-7c1e-4d6f-9a51-3f0e1c2d4b5a --mentions names.txt --yes',
    'mc person erase --mention "Jane Doe" --dry-run --json | jq .erased',
  ]);
  command.addHelpText(
    'after',
    '\nExit codes: 0 erased, or would be; 1 what remains holds a name and cannot be erased; 2 wrong usage, or something must be closed first.\n',
  );
  act<EraseOptions>(command, erase);
};

async function erase({ io, options, json, args }: Invocation<EraseOptions>): Promise<ExitCode> {
  const { dryRun = false, yes = false } = options;
  if (dryRun === yes) throw new McError('USAGE', 'Give --dry-run to look, or --yes to erase: nothing brings it back.');
  const file = options.mentions === undefined ? '' : await readText(resolve(io.cwd, options.mentions), 'the names');
  const mentions = [...(options.mention ?? []), ...file.split('\n')].map((name) => name.trim()).filter((name) => name !== '');
  const [pseudonym] = args;
  if (pseudonym === undefined && mentions.length === 0) throw new McError('USAGE', 'Say whom: by pseudonym, --mention or --mentions.');
  const connection = await connect(io, 'admin', options);
  const body = { ...(pseudonym === undefined ? {} : { pseudonym }), mentions, dryRun };
  const report = read(await postToMc(io, connection, '/v1/people/erase', body, { timeoutMs }), Report);
  io.stdout(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
  if (report.blocked.length > 0) return exitCodes.usage;
  return report.remaining.length > 0 ? exitCodes.fail : exitCodes.pass;
}

function inWords({ dryRun, erased, blocked, remaining }: Report): string {
  const line = ({ place, id, fields }: Report['erased'][number]) => `  ${place} ${id}: ${fields.join(', ')}\n`;
  const part = (title: string, lines: readonly string[]) => (lines.length === 0 ? '' : `${title}\n${lines.join('')}`);
  const what = dryRun ? 'Would be erased:' : 'Erased:';
  const open = blocked.map(({ place, id, why }) => `  ${place} ${id}: ${why}\n`);
  return (
    (erased.length === 0 ? 'There is nothing to erase.\n' : part(what, erased.map(line))) +
    part('To be closed first:', open) +
    part('Holds a name, is signed or chained as it is, and stays:', remaining.map(line))
  );
}

function read<Schema extends z.ZodType>(answer: McAnswer, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw new McError('MC_REFUSED', 'MC answered something that is not about people; is the URL right?', { retryable: true, status: 502 });
}
