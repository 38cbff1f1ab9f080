// What `mc override` and `mc waiver` have in common: where an exception counts, how it is shown.
import type { Exception } from '@promotable/contracts/graphql';
import type { Command } from 'commander';
import { collect, type Invocation, withConnection } from './command.ts';
import { connect, type ConnectionOptions, type Role } from './connection.ts';
import { durationMs } from './duration.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { operate } from './mc-operation.ts';
import { renderTable } from './render/table.ts';

export interface PlaceOptions extends ConnectionOptions {
  readonly service: string;
  readonly environment: string;
  readonly stage: string[];
  readonly digest: string[];
  readonly code: string[];
  readonly ticket: string;
  readonly for: string;
  readonly key?: string;
}

export interface ListOptions extends ConnectionOptions {
  readonly service?: string;
  readonly environment?: string;
  readonly all?: boolean;
}

/** Adds the options that say for what an exception is, and for how long. */
export function withPlace(command: Command, longest: string, byDefault?: string): Command {
  return withConnection(command)
    .requiredOption('--service <name>', 'the service')
    .requiredOption('--environment <name>', 'where it counts')
    .requiredOption('--stage <weight>', 'canary weight from 1 to 99, or `complete`; repeat for each', collect)
    .requiredOption('--digest <sha256:…>', 'digest of an artifact; repeat for each', collect)
    .requiredOption('--code <CODE>', 'reason that it turns into a warning; repeat for each', collect)
    .requiredOption('--ticket <id>', 'where the matter is tracked')
    .requiredOption('--for <duration>', `how long it lives, at most ${longest}`, byDefault)
    .option('--key <text>', 'idempotency key: the same key and input again change nothing');
}

export function placeOf({ io, options }: Pick<Invocation<PlaceOptions>, 'io' | 'options'>) {
  const { service, environment, stage: stages, digest: digests, code: codes, ticket, key } = options;
  const expiresAt = new Date(io.clock.now() + durationMs('--for', options.for)).toISOString();
  return { service, environment, stages, digests, codes, ticket, expiresAt, ...(key === undefined ? {} : { idempotencyKey: key }) };
}

/** Runs a mutation that answers one exception, and shows it. */
export async function actOn(
  { io, options, json }: Pick<Invocation<ConnectionOptions>, 'io' | 'options' | 'json'>,
  role: Role,
  operation: string,
  variables: object,
): Promise<Exception> {
  const connection = await connect(io, role, options);
  const exception = (await operate(io, connection, operation, variables)) as Exception;
  io.stdout(json ? `${JSON.stringify(exception, null, 2)}\n` : inWords(exception));
  return exception;
}

export async function listOf({ io, options, json }: Invocation<ListOptions>, kinds: readonly Exception['kind'][]): Promise<ExitCode> {
  const connection = await connect(io, 'reader', options);
  const { service = null, environment = null, all = false } = options;
  const asked = kinds.map((kind) => operate(io, connection, 'query Exceptions', { service, environment, kind, ended: all, first: 200 }));
  const found = ((await Promise.all(asked)) as Exception[][]).flat().sort((a, b) => b.requestedAt.localeCompare(a.requestedAt));
  if (json) io.stdout(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length === 0) io.stdout('None.\n');
  else {
    const rows = found.map(({ id, kind, state, codes, rule, environment, stages, expiresAt, requestedBy, service: name }) => [
      ...[state, kind, name, `${environment} ${stages.join(', ')}`],
      ...[[...codes, ...(rule == null ? [] : [rule])].join(', '), expiresAt, requestedBy, id],
    ]);
    io.stdout(renderTable(['state', 'kind', 'service', 'where', 'turns', 'ends', 'by', 'id'], rows));
  }
  return exitCodes.pass;
}

function inWords({ id, kind, state, expiresAt, missingRoles, countersignBy, codes, environment, stages }: Exception): string {
  const what = `${kind.replace('_', '-')} ${id}: ${state.replace('_', ' ')}, ${codes.join(', ')} in ${environment} at ${stages.join(', ')}`;
  const waits = missingRoles.length > 0 && state === 'requested' ? `\nwaits for the approval of: ${missingRoles.join(', ')}` : '';
  const countersign = countersignBy == null ? '' : `\nto be countersigned until ${countersignBy}: mc override countersign ${id}`;
  return `${what}\nends ${expiresAt}${waits}${countersign}\n`;
}
