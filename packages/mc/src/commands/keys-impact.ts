import { Instant, Verdict } from '@promotable/contracts';
import { z } from 'zod';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { operate } from '../mc-operation.ts';
import { renderTable } from '../render/table.ts';

const Impact = z.object({
  keyId: z.string(),
  use: z.string().nullable(),
  status: z.string(),
  records: z.number(),
  releases: z.array(z.object({ service: z.string(), releaseId: z.string(), records: z.number(), lastReceivedAt: Instant })),
  decisions: z.array(
    z.object({
      id: z.string(),
      service: z.string(),
      releaseId: z.string(),
      environment: z.string(),
      stage: z.string(),
      verdict: Verdict,
      evaluatedAt: Instant,
      validUntil: Instant.nullable(),
      signed: z.boolean(),
    }),
  ),
  more: z.boolean(),
});

export const registerKeyImpact = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('impact').argument('<key id>', 'the key, as `mc keys list` shows it')).description(
    'what rests on a key: evidence, releases, and the decisions in force that its revocation would end; changes nothing',
  );
  withExamples(command, ['mc keys impact SHA256:…', 'mc keys impact SHA256:… --json | jq -r ".decisions[].service" | sort -u']);
  act<ConnectionOptions>(command, impact);
};

async function impact({ io, options, json, args }: Invocation<ConnectionOptions>): Promise<ExitCode> {
  const connection = await connect(io, 'reader', options);
  const parsed = Impact.safeParse(await operate(io, connection, 'query KeyImpact', { keyId: args[0] ?? '' }));
  if (!parsed.success)
    throw new McError('MC_REFUSED', 'MC answered something that is no such list; is the URL right?', { retryable: true, status: 502 });
  const { keyId, use, status, records, releases, decisions, more } = parsed.data;
  if (json) io.stdout(`${JSON.stringify(parsed.data, null, 2)}\n`);
  else {
    io.stdout(
      `${keyId}: ${use === null ? 'no key set lists it' : `${use}, ${status}`}; ${records} records of ${releases.length} releases, ${decisions.length} decisions in force${more ? ', and more than are listed' : ''}\n`,
    );
    if (releases.length > 0)
      io.stdout(
        renderTable(
          ['service', 'release', 'records', 'last received'],
          releases.map(({ service, releaseId, records: count, lastReceivedAt }) => [service, releaseId, String(count), lastReceivedAt]),
        ),
      );
    if (decisions.length > 0)
      io.stdout(
        renderTable(
          ['decision', 'release', 'where', 'verdict', 'valid until', 'by'],
          decisions.map(({ id, service, releaseId, environment, stage, verdict, validUntil, signed }) => [
            ...[
              id,
              `${service} ${releaseId}`,
              `${environment} ${stage}`,
              verdict,
              validUntil ?? '',
              signed ? 'its signature' : 'its evidence',
            ],
          ]),
        ),
      );
  }
  return exitCodes.pass;
}
