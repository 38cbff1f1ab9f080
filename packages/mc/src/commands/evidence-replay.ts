import type { Replayed, ReplayProgress, SpoolEntry } from '@promotable/sdk-evidence/spool';
import { type Act, collect, type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { McError } from '../mc-error.ts';
import { openSpool, type OpenedSpool } from '../open-spool.ts';
import { createMcPublisher, type PublishingOptions, withPublishing } from '../publishing.ts';
import { printable } from '../render/printable.ts';
import { renderTable } from '../render/table.ts';

interface ReplayOptions extends PublishingOptions {
  readonly list?: boolean;
  readonly discard?: string[];
}

export const registerReplay = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withPublishing(parent.command('replay'))
    .description('send what waits in the spool, each record once; exit code 0 when nothing is left there, else 3')
    .option('--list', 'send nothing, list what the spool holds and why it lies there')
    .option('--discard <digest>', 'delete a record by its statement digest, for good; may be repeated', collect);
  withExamples(command, [
    'mc evidence replay',
    'mc evidence replay --spool /var/spool/promotable --json',
    'mc evidence replay --spool oci://ghcr.io/acme/checkout@sha256:…',
    'mc evidence replay --list',
    'mc evidence replay --discard 5b3f89943d19cc12891ade242842b716dd6aea9a91bb06ea2fbcb1e4641a9a85',
  ]);
  act<ReplayOptions>(command, replaySpool);
};

async function replaySpool({ io, options, json }: Invocation<ReplayOptions>): Promise<ExitCode> {
  if (options.list === true && options.discard !== undefined) throw new McError('USAGE', 'Give either --list or --discard.');
  const opened = await openSpool(io, options);
  try {
    if (options.discard !== undefined) return await discard(io, opened, options.discard, json);
    return options.list === true ? await list(io, opened, json) : await send(io, opened, options, json);
  } finally {
    await opened.spool.close();
  }
}

async function send(io: Io, opened: OpenedSpool, options: ReplayOptions, json: boolean): Promise<ExitCode> {
  const { replay } = await import('@promotable/sdk-evidence/spool');
  const publisher = await createMcPublisher(io, options);
  const records: ReplayProgress[] = [];
  const replayed = await replay({
    spool: opened.spool,
    publisher,
    signal: io.signal,
    onProgress(progress) {
      records.push(progress);
      io.stderr(printable(`mc: ${lineOf(progress)}\n`));
    },
  });
  const { stopped, ...counts } = replayed;
  const { damaged } = opened;
  if (json) {
    const said = { ...counts, damaged, stopped: stopped === null ? null : plain(stopped), records: records.map(record) };
    io.stdout(`${JSON.stringify(said, null, 2)}\n`);
  } else io.stdout(printable(`${opened.path}: ${render(replayed)}\n`));
  if (!json && replayed.setAside + replayed.expired > 0)
    io.stdout('What lies aside or is too old is not sent: `mc evidence replay --list` says why, --discard deletes it.\n');
  const isEmpty = replayed.remaining + replayed.expired + replayed.setAside + damaged.length === 0;
  return isEmpty && stopped === null ? exitCodes.pass : exitCodes.hold;
}

function lineOf({ done, of, outcome, statementDigest, error }: ReplayProgress): string {
  const why = error === null ? '' : ` (${error.code}: ${error.message.replace(/\s+/g, ' ')})`;
  return `${done} of ${of}: ${outcome} ${statementDigest.slice(0, 12)}…${why}`;
}

function record({ statementDigest, outcome, receipt, error }: ReplayProgress): object {
  return { statementDigest, outcome, ...(receipt === null ? {} : { receipt }), ...(error === null ? {} : { error: plain(error) }) };
}

function plain({ code, message, faults }: Pick<NonNullable<Replayed['stopped']>, 'code' | 'message' | 'faults'>): object {
  return { code, message, faults };
}

function render({ accepted, duplicate, refused, remaining, expired, setAside, stopped }: Replayed): string {
  const all = { accepted, duplicate, refused, remaining, expired, 'set aside': setAside };
  const counts = Object.entries(all).filter(([, count]) => count > 0);
  const text = counts.length === 0 ? 'empty' : counts.map(([state, count]) => `${count} ${state}`).join(', ');
  return stopped === null ? text : `${text}; stopped: ${stopped.code}: ${stopped.message}`;
}

async function list(io: Io, { spool, path, damaged }: OpenedSpool, json: boolean): Promise<ExitCode> {
  const entries = await spool.list();
  if (json) io.stdout(`${JSON.stringify({ spool: path, damaged, records: entries.map(dated) }, null, 2)}\n`);
  else if (entries.length === 0) io.stdout(printable(`${path}: empty\n`));
  else {
    const rows = entries.map(({ spooledAt, state, failures, size, statementDigest, refusal }) => [
      new Date(spooledAt).toISOString(),
      state,
      String(failures),
      String(size),
      statementDigest,
      refusal === null ? '' : `${refusal.code}: ${refusal.message}`,
    ]);
    io.stdout(renderTable(['spooled', 'state', 'failures', 'bytes', 'evidence', 'why'], rows));
  }
  return entries.length + damaged.length === 0 ? exitCodes.pass : exitCodes.hold;
}

function dated({ spooledAt, ...entry }: SpoolEntry): object {
  return { ...entry, spooledAt: new Date(spooledAt).toISOString() };
}

async function discard(io: Io, { spool, path }: OpenedSpool, digests: readonly string[], json: boolean): Promise<ExitCode> {
  const outcomes: { readonly statementDigest: string; readonly discarded: boolean }[] = [];
  for (const statementDigest of digests) outcomes.push({ statementDigest, discarded: await spool.discard(statementDigest) });
  if (json) io.stdout(`${JSON.stringify(outcomes, null, 2)}\n`);
  else
    for (const { statementDigest, discarded } of outcomes)
      io.stdout(printable(`${statementDigest}: ${discarded ? 'discarded' : `not in ${path}, or being sent just now`}\n`));
  return outcomes.every(({ discarded }) => discarded) ? exitCodes.pass : exitCodes.hold;
}
