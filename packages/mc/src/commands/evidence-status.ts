import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { Instant } from '@promotable/contracts';
import { z } from 'zod';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf } from '../mc-request.ts';
import { releaseHelp, releaseOf } from '../release-of.ts';
import { renderTable } from '../render/table.ts';

interface StatusOptions extends ConnectionOptions {
  readonly service: string;
  readonly release?: string;
  readonly first: string;
}

const Records = z.array(
  z
    .object({
      id: z.string(),
      environment: z.string().nullable(),
      checkpoint: z.string().nullable(),
      signed: z.boolean(),
      keyId: z.string().nullable(),
      createdAt: Instant,
      artifacts: z.array(z.object({ type: z.string(), sha256: z.string() })),
      slo: z.object({ p95Ms: z.number(), errorRate: z.number(), window: z.string() }).loose().nullable(),
      receipt: z.object({ ledgerPosition: z.number().nullable() }).loose(),
    })
    .loose(),
);

export const registerStatus = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('status'))
    .description('every record that MC has of a release, newest first, superseded and unsigned ones included')
    .requiredOption('--service <name>', 'the service')
    .option('--release <id>', releaseHelp)
    .option('--first <n>', 'at most this many', '50');
  withExamples(command, [
    'mc evidence status --service checkout --release A',
    'mc evidence status --service checkout --release A --json | jq length',
  ]);
  act<StatusOptions>(command, status);
};

async function status({ io, options, json }: Invocation<StatusOptions>): Promise<ExitCode> {
  const first = Number(options.first);
  if (!Number.isInteger(first) || first < 1) throw new McError('USAGE', '--first must be a whole number from 1.');
  const releaseId = await releaseOf(io, options.release);
  const connection = await connect(io, 'reader', options);
  const id = Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith('query ReleaseEvidence('))?.[0] ?? '';
  const variables = JSON.stringify({ service: options.service, releaseId, first });
  const body = jsonOf(await getFromMc(io, connection, `/graphql?id=${id}&variables=${encodeURIComponent(variables)}`));
  const records = Records.safeParse((body as { data?: { releaseEvidence?: unknown } } | null)?.data?.releaseEvidence);
  if (!records.success)
    throw new McError('MC_REFUSED', 'MC answered something that is no list of evidence.', { retryable: true, status: 502 });
  if (json) io.stdout(`${JSON.stringify(records.data, null, 2)}\n`);
  else if (records.data.length === 0) io.stdout(`MC has no evidence of ${options.service} ${releaseId}.\n`);
  else {
    const rows = records.data.map(({ createdAt, checkpoint, environment, artifacts, slo, signed, receipt, id: digest }) => [
      createdAt,
      checkpoint ?? '',
      environment ?? '',
      slo === null
        ? [...new Set(artifacts.map(({ type }) => type))].join(', ')
        : `p95 ${slo.p95Ms} ms, errors ${(slo.errorRate * 100).toFixed(2)} %, ${slo.window}`,
      signed ? 'signed' : 'UNSIGNED',
      receipt.ledgerPosition === null ? 'unsealed' : `#${receipt.ledgerPosition}`,
      digest.slice(0, 12),
    ]);
    io.stdout(renderTable(['received', 'checkpoint', 'environment', 'speaks of', '', 'ledger', 'evidence'], rows));
  }
  return exitCodes.pass;
}
