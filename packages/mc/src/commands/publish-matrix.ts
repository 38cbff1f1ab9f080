import { dirname, join, relative, resolve } from 'node:path';
import type { MatrixResult } from '@promotable/sdk-evidence/matrix';
import type { Invocation } from '../command.ts';
import { connect, localConnection, readText } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { exitCodeOfError } from '../exit-code-of-error.ts';
import type { Io } from '../io.ts';
import { makeDirectory, notWritable } from '../make-directory.ts';
import { McError } from '../mc-error.ts';
import { openSpool } from '../open-spool.ts';
import { createMcPublisher, type PublishingOptions } from '../publishing.ts';
import { redactionOf, type RedactingOptions } from '../redacting.ts';
import { printable } from '../render/printable.ts';
import { renderTable } from '../render/table.ts';
import { sayError } from '../report-error.ts';
import { signingKey } from '../signing-key.ts';

export interface MatrixOptions extends PublishingOptions, Pick<RedactingOptions, 'redactionRules' | 'auditorKey'> {
  readonly matrix?: string;
  readonly out?: string;
  readonly parallel?: string;
  readonly key?: string;
}

/** Publishes the releases that a matrix file lists; what has a receipt of an earlier run is not sent again. */
export async function publishMatrixFile({ io, options, json }: Invocation<MatrixOptions & { readonly matrix: string }>): Promise<ExitCode> {
  const [{ evidenceSource, openReceipts, parseMatrix, publishMatrix }, { localSigner }] = await Promise.all([
    import('@promotable/sdk-evidence/matrix'),
    import('@promotable/attest'),
  ]);
  const parallel = Number(options.parallel ?? '8');
  if (!(Number.isInteger(parallel) && parallel >= 1 && parallel <= 64))
    throw new McError('USAGE', '--parallel must be a whole number from 1 to 64.');
  const path = resolve(io.cwd, options.matrix);
  const entries = parseMatrix(await readYaml(path));
  const redaction = await redactionOf(io, options);
  const { url } = await connect(io, 'publisher', options);
  const publisher = await createMcPublisher(io, options);
  const out = resolve(io.cwd, options.out ?? join((await localConnection(io, options.data))?.folder ?? '.promotable', 'matrix'));
  await makeDirectory(out, 0o700);
  const { spool } = await openSpool(io, options);
  try {
    const results = await publishMatrix({
      entries,
      parallel,
      source: evidenceSource({
        directory: dirname(path),
        out,
        signer: async () => localSigner(await signingKey(io, options)),
        clock: io.clock,
        redaction,
        signal: io.signal,
      }),
      publisher,
      spool,
      receipts: await openReceipts(join(out, 'receipts.jsonl'), { mc: url, clock: io.clock }),
      signal: io.signal,
      onProgress: ({ service, releaseId, outcome }, done, of) =>
        io.stderr(printable(`mc: ${done} of ${of}: ${service} ${releaseId} ${outcome}\n`)),
    }).catch((error: unknown) => {
      throw /^E[A-Z]+$/.test(String((error as NodeJS.ErrnoException).code)) ? notWritable(out, error) : error;
    });
    return report(io, results, json);
  } finally {
    await spool.close();
  }
}

async function readYaml(path: string): Promise<unknown> {
  const { parse, YAMLParseError } = await import('yaml');
  const text = await readText(path, 'the matrix');
  try {
    return parse(text, { uniqueKeys: true }) as unknown;
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? `: ${cause.message.split('\n')[0]?.replace(/:$/, '')}` : '';
    throw new McError('USAGE', `The matrix at ${path} is no YAML${why}.`, { cause });
  }
}

function report(io: Io, results: readonly MatrixResult[], json: boolean): ExitCode {
  if (json)
    io.stdout(
      `${JSON.stringify(
        results.map((result) => plain(io, result)),
        null,
        2,
      )}\n`,
    );
  else {
    const rows = results.map(({ service, releaseId, outcome, receipt, statementDigest, error }) => [
      service,
      releaseId,
      outcome,
      receipt === null ? '' : `#${receipt.ledgerSequence}`,
      statementDigest?.slice(0, 12) ?? '',
      error?.code ?? '',
    ]);
    io.stdout(renderTable(['service', 'release', 'outcome', 'receipt', 'evidence', 'why'], rows));
    const counts = Map.groupBy(results, ({ outcome }) => outcome);
    io.stdout(`${results.length} releases: ${[...counts].map(([outcome, list]) => `${list.length} ${outcome}`).join(', ')}\n`);
  }
  const failed = results.flatMap(({ service, releaseId, outcome, error }) =>
    error !== null && (outcome === 'refused' || outcome === 'unbuilt') ? [{ service, releaseId, error }] : [],
  );
  for (const { service, releaseId, error } of failed) {
    io.stderr(printable(`mc: ${service} ${releaseId}:\n`));
    sayError(io, error);
  }
  const [first] = failed;
  if (first !== undefined) return exitCodeOfError(first.error);
  return results.every(({ receipt }) => receipt !== null) ? exitCodes.pass : exitCodes.hold;
}

function plain(io: Io, { file, receipt, error, ...result }: MatrixResult): object {
  const said = error === null ? {} : { error: { code: error.code, message: error.message, faults: error.faults } };
  return { ...result, file: file === null ? null : relative(io.cwd, file), ...(receipt === null ? {} : { receipt }), ...said };
}
