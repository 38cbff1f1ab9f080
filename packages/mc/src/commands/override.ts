import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { faultsOf } from '@promotable/contracts';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { type ConnectionOptions, readText } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { actOn, listOf, type ListOptions, placeOf, type PlaceOptions, withPlace } from '../exceptions.ts';
import { McError } from '../mc-error.ts';
import { writeWhole } from '../write-file.ts';

interface CreateOptions extends PlaceOptions {
  readonly reason: string;
  readonly breakGlass?: boolean;
  readonly author?: string;
  readonly offline?: boolean;
  readonly out?: string;
  readonly sign?: string;
  readonly tenant?: string;
  readonly actor?: string;
}

interface RevokeOptions extends ConnectionOptions {
  readonly reason: string;
}

type Parent = Parameters<Register>[0];

export const registerOverride: Register = (override, act) => {
  registerCreate(override, act);
  registerList(override, act);
  registerCountersign(override, act);
  registerRecord(override, act);
  registerRevoke(override, act);
};

const registerCreate = (parent: Parent, act: Act): void => {
  const command = withPlace(parent.command('create'), '4h, break-glass 8h', '1h')
    .description('go on in spite of the reasons listed; new evidence with another reason decides afresh')
    .requiredOption('--reason <text>', 'why')
    .option('--break-glass', 'by one person on call; somebody else must countersign it, or the next gate here holds')
    .option('--author <id>', 'who wrote the change; break-glass needs it, and it must be somebody else')
    .option('--offline', 'a gate that cannot reach MC may go on by it alone; take it along with --out')
    .option('--out <file>', 'write the signed override here')
    .option('--sign <file>', 'sign it here with this key (PEM) of the use `override`, without MC; needs --tenant, --actor and --out')
    .option('--tenant <name>', 'the tenant, where it is signed here')
    .option('--actor <id>', 'who you are, where it is signed here');
  withExamples(command, [
    'mc override create --service checkout --environment production --stage 20 --stage 50 --digest sha256:… --code P95_OVER_BUDGET --ticket INC-1042 --reason "a load test runs until noon" --for 2h',
    'mc override create … --offline --sign override.pem --tenant acme --actor https://login.example#ada --out override.json',
    'mc override create … --break-glass --author https://login.example#bob --for 8h --json | jq -r .countersignBy',
  ]);
  act<CreateOptions>(command, create);
};

async function create(invocation: Invocation<CreateOptions>): Promise<ExitCode> {
  const { io, options } = invocation;
  if (options.sign !== undefined) return signHere(invocation, options.sign);
  const { reason, author, offline = false, breakGlass = false } = options;
  const input = { ...placeOf(invocation), reason, offline, ...(author === undefined ? {} : { author }) };
  const made = await actOn(invocation, 'operator', breakGlass ? 'mutation BreakGlass' : 'mutation CreateOverride', { input });
  if (options.out !== undefined) await writeWhole(resolve(io.cwd, options.out), `${JSON.stringify(made.bundle)}\n`);
  return exitCodes.pass;
}

/** What MC would grant when it is asked is judged by the gate that uses it, and by MC once it is told. */
async function signHere({ io, options, json }: Invocation<CreateOptions>, key: string): Promise<ExitCode> {
  const { tenant, actor, out, reason, author = null, offline = false, breakGlass = false } = options;
  if (tenant === undefined || actor === undefined || out === undefined)
    throw new McError('USAGE', '--sign needs --tenant, --actor and --out.');
  const [{ localSigner, signStatement }, { Override }, { overrideStatement }] = await Promise.all([
    import('@promotable/attest'),
    import('@promotable/contracts'),
    import('@promotable/governance'),
  ]);
  const { idempotencyKey: id = randomUUID(), ...place } = placeOf({ io, options });
  const issuedAt = new Date(io.clock.now()).toISOString();
  const kind = breakGlass ? 'break_glass' : 'override';
  const parsed = Override.safeParse({ ...place, id, kind, tenant, actor, author, reason, offline, issuedAt });
  if (!parsed.success) throw new McError('USAGE', 'This is no override.', { faults: faultsOf(parsed.error), status: 400 });
  const signer = localSigner(await readText(resolve(io.cwd, key), 'the signing key'));
  const bundle = await signStatement(overrideStatement(parsed.data), signer, { signal: io.signal });
  await writeWhole(resolve(io.cwd, out), `${JSON.stringify(bundle)}\n`);
  io.stdout(
    json ? `${JSON.stringify(parsed.data, null, 2)}\n` : `${kind.replace('_', '-')} ${id} written to ${out}\nends ${place.expiresAt}\n`,
  );
  return exitCodes.pass;
}

const registerList = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('list'))
    .description('overrides in force, break-glass included')
    .option('--service <name>', 'of this service alone')
    .option('--environment <name>', 'of this environment alone')
    .option('--all', 'ended and revoked ones too');
  withExamples(command, ['mc override list --environment production', 'mc override list --all --json | jq -r ".[].id"']);
  act<ListOptions>(command, (invocation) => listOf(invocation, ['override', 'break_glass']));
};

const registerCountersign = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('countersign').argument('<id>', 'id of a break-glass')).description(
    'confirm a break-glass of somebody else',
  );
  withExamples(command, ['mc override countersign 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10']);
  act<ConnectionOptions>(command, async (invocation) => {
    await actOn(invocation, 'approver', 'mutation Countersign', { id: invocation.args[0] ?? '' });
    return exitCodes.pass;
  });
};

const registerRecord = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('record').argument('<file>', 'signed override')).description(
    'tell MC of an override that was signed elsewhere, such as one that was used while MC was away',
  );
  withExamples(command, ['mc override record override.json']);
  act<ConnectionOptions>(command, async (invocation) => {
    const path = resolve(invocation.io.cwd, invocation.args[0] ?? '');
    await actOn(invocation, 'operator', 'mutation RecordOverride', { bundle: jsonIn(await readText(path, 'the override'), path) });
    return exitCodes.pass;
  });
};

const registerRevoke = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('revoke').argument('<id>', 'id of an override'))
    .description('end an override before its time')
    .requiredOption('--reason <text>', 'why');
  withExamples(command, ['mc override revoke 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10 --reason "the load test has ended"']);
  act<RevokeOptions>(command, revokeException('operator'));
};

/** Ends a waiver or an override by its id. */
export function revokeException(role: 'operator' | 'approver') {
  return async (invocation: Invocation<RevokeOptions>): Promise<ExitCode> => {
    const { args, options } = invocation;
    await actOn(invocation, role, 'mutation RevokeException', { id: args[0] ?? '', reason: options.reason });
    return exitCodes.pass;
  };
}

function jsonIn(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new McError('USAGE', `${path} is no JSON.`, { cause });
  }
}
