import { type CodedError, isCodedError } from '@promotable/contracts';
import type { EvidenceReceipt } from '@promotable/sdk-evidence';
import { type Act, collect, inGroup, type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { exitCodeOfError } from '../exit-code-of-error.ts';
import { McError } from '../mc-error.ts';
import { sayError } from '../report-error.ts';
import { openSpool } from '../open-spool.ts';
import { createMcPublisher, withPublishing } from '../publishing.ts';
import { type AttestationOptions, publishablesOf } from '../publishables.ts';
import { releaseHelp } from '../release-of.ts';
import type { MatrixOptions } from './publish-matrix.ts';

interface PublishOptions extends MatrixOptions, AttestationOptions {
  readonly idempotencyKey?: string;
}

export const registerPublish = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withMatrix(
    withAttestations(withPublishing(parent.command('publish').argument('[file...]', 'signed evidence that `mc evidence build` wrote'))),
  )
    .description('send signed evidence to MC; what cannot be sent now waits in the spool (exit code 3)')
    .option('--idempotency-key <key>', 'your name for this publish, at most 128 characters (default: the statement digest)');
  withExamples(command, [
    'mc evidence publish A.evidence.json',
    'mc evidence publish *.evidence.json --spool /var/spool/promotable --json',
    'mc evidence publish --matrix release.yaml --key key.pem',
    'mc evidence publish --attestation provenance.sigstore.json --service checkout --release A',
    'mc evidence publish --from oci://ghcr.io/acme/checkout@sha256:… --service checkout --release A --json',
  ]);
  act<PublishOptions>(command, publish);
};

/** Adds the options of what other tools have signed. */
function withAttestations(command: Parameters<Register>[0]): Parameters<Register>[0] {
  return inGroup(command, 'What other tools have signed:', (group) =>
    group
      .option('--attestation <file>', 'attestation of another tool, such as cosign or GitHub, sent as it is; may be repeated', collect)
      .option('--from <image>', 'every attestation beside an image that is understood (oci://registry/repository@sha256:…)')
      .option('--service <name>', 'the service that it is about')
      .option('--release <id>', releaseHelp),
  );
}

/** Adds the options of a matrix: those of a build for each of its releases. */
function withMatrix(command: Parameters<Register>[0]): Parameters<Register>[0] {
  return inGroup(command, 'Many services:', (group) =>
    group
      .option(
        '--matrix <file>',
        'YAML that lists the releases of many services: builds, signs and sends each; run again, it sends what is missing',
      )
      .option('--out <dir>', 'where signed files and receipts are kept (default: `matrix` beside the spool)')
      .option('--parallel <n>', 'releases at once (default: 8)')
      .option('--key <file>', 'private key (PKCS8 PEM) that signs (env MC_SIGNING_KEY: the PEM itself or a file)')
      .option('--redaction-rules <file>', 'as of `mc evidence build` (env MC_REDACTION_RULES)')
      .option('--auditor-key <file>', 'as of `mc evidence build` (env MC_AUDITOR_KEY)'),
  );
}

async function publish(invocation: Invocation<PublishOptions>): Promise<ExitCode> {
  const { io, options, json, args } = invocation;
  const { matrix } = options;
  const isAttested = options.attestation !== undefined || options.from !== undefined;
  if ((matrix === undefined) === (args.length === 0 && !isAttested))
    throw new McError('USAGE', 'Give either files, --attestation, --from, or --matrix.');
  if (matrix !== undefined) {
    if (options.idempotencyKey !== undefined) throw new McError('USAGE', '--idempotency-key names one record; a matrix has many.');
    const { publishMatrixFile } = await import('./publish-matrix.ts');
    return publishMatrixFile({ ...invocation, options: { ...options, matrix } });
  }
  const { publishOrSpool } = await import('@promotable/sdk-evidence/spool');
  // Every file is read before the first is sent, so that a typo sends nothing.
  const records = await publishablesOf(io, args, options);
  if (options.idempotencyKey !== undefined && Math.max(args.length, records.length) > 1)
    throw new McError('USAGE', '--idempotency-key names one record; give one file with it.');
  const publisher = await createMcPublisher(io, options);
  const { spool } = await openSpool(io, options);
  const results: Sent[] = [];
  try {
    for (const { file, evidence } of records) {
      if (io.signal.aborted) break;
      const { statementDigest } = evidence;
      const sent: Outcome = await publishOrSpool(evidence, {
        publisher,
        spool,
        signal: io.signal,
        ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
      }).catch(refusal);
      results.push({ file, statementDigest, outcome: sent.outcome, receipt: sent.receipt ?? null, error: sent.error ?? null });
    }
  } finally {
    await spool.close();
  }
  return reportSent(results, { io, json });
}

interface Outcome {
  readonly outcome: 'accepted' | 'duplicate' | 'spooled' | 'refused';
  readonly receipt?: EvidenceReceipt;
  readonly error?: CodedError;
}

interface Sent {
  readonly file: string;
  readonly statementDigest: string;
  readonly outcome: Outcome['outcome'];
  readonly receipt: EvidenceReceipt | null;
  readonly error: CodedError | null;
}

/** One record that is refused for good says nothing about the others. */
function refusal(error: unknown): Outcome {
  if (!isCodedError(error)) throw error;
  return { outcome: 'refused', error };
}

function reportSent(results: readonly Sent[], { io, json }: Pick<Invocation<never>, 'io' | 'json'>): ExitCode {
  if (json) io.stdout(`${JSON.stringify(results.map(plain), null, 2)}\n`);
  for (const { file, statementDigest, outcome, error } of results) {
    if (outcome === 'refused' && error !== null) sayError(io, error);
    else if (!json) {
      const waits = outcome === 'spooled' ? ` (${error?.code}); \`mc evidence replay\` sends it later` : '';
      io.stdout(`${file}: ${outcome} ${statementDigest.slice(0, 12)}…${waits}\n`);
    }
  }
  const refused = results.find(({ outcome }) => outcome === 'refused');
  if (refused !== undefined) return exitCodeOfError(refused.error);
  return io.signal.aborted || results.some(({ outcome }) => outcome === 'spooled') ? exitCodes.hold : exitCodes.pass;
}

function plain({ receipt, error, ...sent }: Sent): object {
  const said = error === null ? {} : { error: { code: error.code, message: error.message, faults: error.faults } };
  return { ...sent, ...(receipt === null ? {} : { receipt }), ...said };
}
