import { z } from 'zod';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf, type McAnswer, postToMc } from '../mc-request.ts';
import { renderTable } from '../render/table.ts';

interface RunOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface HoldOptions extends ConnectionOptions {
  readonly service: string;
  readonly release?: string;
  readonly ticket: string;
}

const Removed = z.object({
  service: z.string(),
  releaseId: z.string(),
  what: z.enum(['release', 'uncounted']),
  records: z.number(),
  decisions: z.number(),
});
const Batch = z.object({
  dryRun: z.boolean(),
  looked: z.number(),
  removed: z.array(Removed),
  exceptions: z.number(),
  kept: z.object({ deployed: z.number(), held: z.number() }),
  next: z.object({ service: z.string(), releaseId: z.string() }).nullable(),
});
const Hold = z.object({
  id: z.uuid(),
  service: z.string(),
  releaseId: z.string().nullable(),
  ticket: z.string(),
  placedBy: z.string(),
  placedAt: z.string(),
  liftedBy: z.string().nullable(),
  liftedAt: z.string().nullable(),
});

type Parent = Parameters<Register>[0];
type Report = Omit<z.infer<typeof Batch>, 'next'>;

/** For one batch. */
const timeoutMs = 120_000;

export const registerRetention: Register = (retention, act) => {
  registerRun(retention, act);
  registerHold(retention, act);
  registerHolds(retention, act);
  registerLift(retention, act);
};

const registerRun = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('run'))
    .description(
      'remove what is old enough, batch by batch; deployed releases and legal holds stay; begun again, it goes on; needs the scope retention:run',
    )
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--yes', 'remove; nothing brings it back');
  withExamples(command, ['mc retention run --dry-run', 'mc retention run --yes --json > removed.json']);
  act<RunOptions>(command, run);
};

async function run({ io, options, json }: Invocation<RunOptions>): Promise<ExitCode> {
  const { dryRun = false, yes = false } = options;
  if (dryRun === yes) throw new McError('USAGE', 'Give --dry-run to look, or --yes to remove: nothing brings it back.');
  const connection = await connect(io, 'admin', options);
  let report: Report = { dryRun, looked: 0, removed: [], exceptions: 0, kept: { deployed: 0, held: 0 } };
  for (let after: z.infer<typeof Batch>['next'] = null; ; ) {
    const answer: McAnswer = await postToMc(io, connection, '/v1/retention/run', { dryRun, after }, { timeoutMs });
    const { next, ...batch } = read(answer, Batch);
    report = {
      dryRun,
      looked: report.looked + batch.looked,
      removed: [...report.removed, ...batch.removed],
      exceptions: report.exceptions + batch.exceptions,
      kept: { deployed: report.kept.deployed + batch.kept.deployed, held: report.kept.held + batch.kept.held },
    };
    if (next === null) break;
    after = next;
  }
  io.stdout(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
  return exitCodes.pass;
}

function inWords({ dryRun, looked, removed, exceptions, kept }: Report): string {
  const sum = (field: 'records' | 'decisions') => removed.reduce((total, one) => total + one[field], 0);
  const rows = removed.map(({ service, releaseId, what, records, decisions }) => [
    ...[service, releaseId, what === 'release' ? 'all of it' : 'evidence that no decision counts', String(records), String(decisions)],
  ]);
  const table = rows.length === 0 ? '' : renderTable(['service', 'release', 'what', 'records', 'decisions'], rows);
  const verb = dryRun ? 'would be removed' : 'removed';
  return (
    `${table}${sum('records')} records, ${sum('decisions')} decisions, ${exceptions} waivers and overrides ${verb}; ` +
    `${looked} releases looked at; old enough and kept: ${kept.deployed} deployed, ${kept.held} on hold\n`
  );
}

const registerHold = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('hold'))
    .description(
      'place a legal hold: nothing of the service, or of the release, is removed while it stands; needs the scope retention:hold',
    )
    .requiredOption('--service <name>', 'the service')
    .option('--release <id>', 'this release alone')
    .requiredOption('--ticket <id>', 'where the matter is tracked; write no names');
  withExamples(command, [
    'mc retention hold --service checkout --ticket LEGAL-7',
    'mc retention hold --service checkout --release 1.4.1 --ticket LEGAL-7',
  ]);
  act<HoldOptions>(command, async ({ io, options, json }) => {
    const { service, release, ticket } = options;
    const connection = await connect(io, 'admin', options);
    const body = { service, ticket, ...(release === undefined ? {} : { releaseId: release }) };
    const hold = read(await postToMc(io, connection, '/v1/retention/holds', body), Hold);
    io.stdout(
      json
        ? `${JSON.stringify(hold, null, 2)}\n`
        : `hold ${hold.id} stands since ${hold.placedAt}; end it with \`mc retention lift ${hold.id}\`\n`,
    );
    return exitCodes.pass;
  });
};

const registerHolds = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('holds')).description('legal holds of your tenant, those in force first');
  withExamples(command, ['mc retention holds', 'mc retention holds --json | jq "map(select(.liftedAt == null))"']);
  act<ConnectionOptions>(command, async ({ io, options, json }) => {
    const connection = await connect(io, 'admin', options);
    const { holds } = read(await getFromMc(io, connection, '/v1/retention/holds'), z.object({ holds: z.array(Hold) }));
    if (json) io.stdout(`${JSON.stringify(holds, null, 2)}\n`);
    else if (holds.length === 0) io.stdout('None.\n');
    else {
      const rows = holds.map(({ id, service, releaseId, ticket, placedBy, placedAt, liftedAt }) => [
        ...[id, service, releaseId ?? 'every release', ticket, placedBy, placedAt, liftedAt === null ? 'in force' : `lifted ${liftedAt}`],
      ]);
      io.stdout(renderTable(['id', 'service', 'release', 'ticket', 'placed by', 'since', ''], rows));
    }
    return exitCodes.pass;
  });
};

const registerLift = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('lift').argument('<id>', 'id of the hold')).description('end a legal hold');
  withExamples(command, ['mc retention lift 0198c7b2-7c1e-4d6f-9a51-3f0e1c2d4b5a']);
  act<ConnectionOptions>(command, async ({ io, options, json, args }) => {
    const connection = await connect(io, 'admin', options);
    const hold = read(await postToMc(io, connection, `/v1/retention/holds/${encodeURIComponent(args[0] ?? '')}/lift`, {}), Hold);
    io.stdout(json ? `${JSON.stringify(hold, null, 2)}\n` : `hold ${hold.id} is lifted since ${hold.liftedAt}\n`);
    return exitCodes.pass;
  });
};

function read<Schema extends z.ZodType>(answer: McAnswer, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw new McError('MC_REFUSED', 'MC answered something that is not about retention; is the URL right?', { retryable: true, status: 502 });
}
