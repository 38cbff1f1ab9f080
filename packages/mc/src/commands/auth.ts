import { decodeJwt } from '../decode-jwt.ts';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions, type Role } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf } from '../mc-request.ts';
import { renderTable } from '../render/table.ts';
import { z } from 'zod';

interface WhoamiOptions extends ConnectionOptions {
  readonly as: string;
}

const roles = ['publisher', 'gate', 'reader', 'operator', 'approver', 'admin'] as const satisfies readonly Role[];
const Caller = z.object({ id: z.string(), tenant: z.string(), services: z.array(z.string()), scopes: z.array(z.string()) });

export const registerAuth: Register = (auth, act) => {
  registerWhoami(auth, act);
};

const registerWhoami = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('whoami'))
    .description('who MC takes you for: tenant, services, scopes; and what your token claims, for a trust rule')
    .option('--as <role>', `whose token of a local MC: ${roles.join(', ')}`, 'reader');
  withExamples(command, ['mc auth whoami', 'mc auth whoami --token-file /var/run/secrets/mc/token --json']);
  act<WhoamiOptions>(command, whoami);
};

async function whoami({ io, options, json }: Invocation<WhoamiOptions>): Promise<ExitCode> {
  const role = roles.find((name) => name === options.as);
  if (role === undefined) throw new McError('USAGE', `--as must be one of ${roles.join(', ')}.`);
  const connection = await connect(io, role, options);
  const token = decodeJwt(await connection.token());
  const expiresAt = token === null || typeof token['exp'] !== 'number' ? null : new Date(token['exp'] * 1000).toISOString();
  try {
    const caller = Caller.safeParse(jsonOf(await getFromMc(io, connection, '/v1/whoami')));
    if (!caller.success)
      throw new McError('MC_REFUSED', 'MC answered something that says nobody; is the URL right?', { retryable: true, status: 502 });
    const { id, tenant, services, scopes } = caller.data;
    if (json) io.stdout(`${JSON.stringify({ ...caller.data, expiresAt, claims: token }, null, 2)}\n`);
    else {
      const rows = [
        ['caller', id],
        ['tenant', tenant],
        ['services', services.join(', ')],
        ['scopes', scopes.join(', ')],
        ['token ends', expiresAt ?? 'unknown'],
      ];
      io.stdout(renderTable(['', ''], rows).trimStart());
    }
    return exitCodes.pass;
  } catch (error) {
    // What a rule could name; a claim is no secret, the token itself is never shown.
    if (error instanceof McError && (error.status === 401 || error.status === 403) && token !== null)
      io.stderr(`mc: your token claims ${JSON.stringify(token)}\n`);
    throw error;
  }
}
