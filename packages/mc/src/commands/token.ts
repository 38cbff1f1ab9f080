import { resolve } from 'node:path';
import { Instant } from '@promotable/contracts';
import { z } from 'zod';
import { type Act, collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { durationMs } from '../duration.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf, type McAnswer, postToMc } from '../mc-request.ts';
import { renderTable } from '../render/table.ts';
import { writeWhole } from '../write-file.ts';

interface IssueOptions extends ConnectionOptions {
  readonly name: string;
  readonly service?: string[];
  readonly scope?: string[];
  readonly ttl: string;
  readonly out?: string;
}

const Token = z.object({
  id: z.uuid(),
  name: z.string(),
  services: z.array(z.string()),
  scopes: z.array(z.string()),
  issuedBy: z.string(),
  issuedAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
  revokedBy: z.string().nullable(),
});
const Listed = Token.extend({ uses: z.number(), refused: z.number(), lastUsedAt: Instant.nullable() });

export const registerToken: Register = (token, act) => {
  registerIssue(token, act);
  registerList(token, act);
  registerRevoke(token, act);
};

const registerIssue = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('issue'))
    .description('a token of MC, with rights that you have yourself; it is shown once and kept nowhere')
    .requiredOption('--name <name>', 'what it is for, such as ci-checkout')
    .option('--service <name>', 'a service that it may name, or * for all that you may; repeat for each', collect)
    .option('--scope <scope>', 'what it may do, such as evidence:publish; repeat for each', collect)
    .option('--ttl <duration>', 'how long it lives, such as 1h or 60d', '1h')
    .option('--out <file>', 'write the token here, readable by you alone, instead of printing it');
  withExamples(command, [
    'mc token issue --name ci-checkout --service checkout --scope evidence:publish --ttl 60d --out token',
    'mc token issue --name gate-production --service * --scope gate:ask --ttl 60d | kubectl create secret generic mc-token --from-file=token=/dev/stdin',
  ]);
  act<IssueOptions>(command, issue);
};

async function issue({ io, options, json }: Invocation<IssueOptions>): Promise<ExitCode> {
  const missing = (['service', 'scope'] as const).filter((name) => options[name] === undefined);
  if (missing.length > 0)
    throw new McError('USAGE', `Give ${missing.map((name) => `--${name}`).join(' and ')}: a token that may do nothing is none.`);
  const ttlSeconds = Math.floor(durationMs('--ttl', options.ttl) / 1000);
  const connection = await connect(io, 'admin', options);
  const body = { name: options.name, services: options.service, scopes: options.scope, ttlSeconds };
  const { token, ...issued } = read(await postToMc(io, connection, '/v1/tokens', body), Token.extend({ token: z.string() }));
  if (options.out !== undefined) await writeWhole(resolve(io.cwd, options.out), `${token}\n`, 0o600);
  if (json) io.stdout(`${JSON.stringify(options.out === undefined ? { ...issued, token } : { ...issued, file: options.out }, null, 2)}\n`);
  else {
    if (options.out === undefined) io.stdout(`${token}\n`);
    io.stderr(`mc: token ${issued.id} (${issued.name}) ends at ${issued.expiresAt}; revoke it with \`mc token revoke ${issued.id}\`\n`);
  }
  return exitCodes.pass;
}

const registerList = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('list')).description(
    'tokens of your tenant, also those that ended within 90 days: who asked for them, what they may do, how often they were used',
  );
  withExamples(command, ['mc token list', 'mc token list --json']);
  act<ConnectionOptions>(command, list);
};

async function list({ io, options, json }: Invocation<ConnectionOptions>): Promise<ExitCode> {
  const connection = await connect(io, 'admin', options);
  const { tokens } = read(await getFromMc(io, connection, '/v1/tokens'), z.object({ tokens: z.array(Listed) }));
  if (json) io.stdout(`${JSON.stringify(tokens, null, 2)}\n`);
  else if (tokens.length === 0) io.stdout('MC has issued no tokens.\n');
  else {
    const rows = tokens.map(({ id, name, services, scopes, expiresAt, revokedAt, issuedBy, uses, refused, lastUsedAt }) => [
      id,
      name,
      revokedAt !== null ? `revoked ${revokedAt}` : Date.parse(expiresAt) <= io.clock.now() ? 'ended' : `until ${expiresAt}`,
      `${scopes.join(' ')} on ${services.join(' ')}`,
      issuedBy,
      `${uses}${refused > 0 ? ` (${refused} refused)` : ''}`,
      lastUsedAt ?? 'never',
    ]);
    io.stdout(renderTable(['id', 'name', '', 'may', 'issued by', 'uses', 'last used'], rows));
  }
  return exitCodes.pass;
}

const registerRevoke = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('revoke').argument('<id>', 'id of the token')).description(
    'end a token; every replica of MC refuses it within five seconds',
  );
  withExamples(command, ['mc token revoke 0198c7b2-7c1e-4d6f-9a51-3f0e1c2d4b5a']);
  act<ConnectionOptions>(command, revoke);
};

async function revoke({ io, options, json, args }: Invocation<ConnectionOptions>): Promise<ExitCode> {
  const connection = await connect(io, 'admin', options);
  const token = read(await postToMc(io, connection, `/v1/tokens/${encodeURIComponent(args[0] ?? '')}/revoke`, {}), Token);
  io.stdout(json ? `${JSON.stringify(token, null, 2)}\n` : `token ${token.id} (${token.name}) is revoked since ${token.revokedAt}\n`);
  return exitCodes.pass;
}

function read<Schema extends z.ZodType>(answer: McAnswer, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw new McError('MC_REFUSED', 'MC answered something that is no token; is the URL right?', { retryable: true, status: 502 });
}
