import { z } from 'zod';
import type { Connection } from '../connection.ts';
import { decodeJwt } from '../decode-jwt.ts';
import { exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf } from '../mc-request.ts';
import { type Finding, failed, ok, warning } from './check.ts';

const Caller = z.object({ id: z.string(), tenant: z.string(), services: z.array(z.string()), scopes: z.array(z.string()) });
const day = 86_400_000;

/** Whether MC answers at all, and by how much its clock and ours differ. */
export async function reachability(io: Io, { url }: Connection): Promise<Finding[]> {
  const before = io.clock.now();
  const response = await io
    .fetch(`${url}/healthz`, { redirect: 'error', signal: AbortSignal.any([io.signal, AbortSignal.timeout(10_000)]) })
    .catch((cause: unknown) => {
      throw new McError('MC_UNREACHABLE', `MC does not answer at ${url}.`, { cause, retryable: true, status: 503 });
    });
  const after = io.clock.now();
  await response.text();
  const reached = response.ok
    ? ok('mc', `MC answers at ${url}`)
    : failed(
        'mc',
        `MC answers ${response.status} at ${url}/healthz`,
        'See that the URL is that of MC, and what stands before it.',
        exitCodes.hold,
      );
  return [reached, clockFinding(response.headers.get('date'), before, after)];
}

/** HTTP tells whole seconds, cut; the half of that and of the time on the way is what cannot be known. */
function clockFinding(date: string | null, before: number, after: number): Finding {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs))
    return warning('clock', 'the answer has no Date header, so the clocks cannot be compared', 'Let the proxy pass it on.');
  const offsetMs = (before + after) / 2 - (theirs + 500);
  const seconds = Math.abs(offsetMs / 1000).toFixed(1);
  const text = `this clock is ${seconds} s ${offsetMs < 0 ? 'behind' : 'ahead of'} that of MC`;
  const fix = 'Set the clock here by NTP; beyond 60 s evidence is refused and decisions are not believed.';
  if (Math.abs(offsetMs) > 60_000) return failed('clock', text, fix);
  return Math.abs(offsetMs) > 5000 ? warning('clock', text, fix) : ok('clock', text);
}

/** Whether the token can be read, is taken, and allows what is done with it. */
export async function tokenChecks(io: Io, connection: Connection, wanted: readonly string[]): Promise<Finding[]> {
  const claims = decodeJwt(await connection.token());
  const caller = Caller.safeParse(jsonOf(await getFromMc(io, connection, '/v1/whoami')));
  if (!caller.success) return [failed('token', 'MC does not say who this token is', 'See that the URL is that of MC.', exitCodes.hold)];
  const { id, tenant, services, scopes } = caller.data;
  const who = `${id} of ${tenant}, for ${services.join(', ')}: ${scopes.join(', ')}`;
  const missing = wanted.filter((scope) => !scopes.includes(scope));
  const taken =
    missing.length === 0
      ? ok('token', who)
      : failed(
          'token',
          `${who}; it lacks ${missing.join(', ')}`,
          'Add the scope to the trust rule, or issue another token (`mc token issue`).',
        );
  const exp = claims?.['exp'];
  if (typeof exp !== 'number') return [taken];
  const leftMs = exp * 1000 - io.clock.now();
  const ends = `the token ends ${new Date(exp * 1000).toISOString()}`;
  // A token of an hour is renewed by whoever mounts it; one of days is replaced by a person.
  const iat = claims?.['iat'];
  const isLong = typeof iat === 'number' && exp - iat > 7 * 86_400;
  return [
    taken,
    isLong && leftMs < 7 * day
      ? warning('token-end', ends, 'Rotate it: issue the next one, and let the mounted secret follow.')
      : ok('token-end', ends),
  ];
}
