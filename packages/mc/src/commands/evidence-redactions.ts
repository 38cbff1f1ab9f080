import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { type Act, type Invocation, type Register, withExamples } from '../command.ts';
import { readText } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { McError } from '../mc-error.ts';
import { renderTable } from '../render/table.ts';

interface VerifyOptions {
  readonly key: string;
  readonly valueFile?: string;
  readonly value?: string;
  readonly path?: string;
  readonly signer?: string;
}

export const registerRedactions = (parent: Parameters<Register>[0], act: Act): void => {
  const redactions = parent.command('redactions').description('what was taken out of evidence before it was signed');
  const verify = redactions
    .command('verify')
    .argument('<file>', 'signed evidence that `mc evidence build` wrote')
    .description('for an auditor: whether a value is what was taken out; exit code 1 if it is not')
    .requiredOption('--key <file>', "the auditor's key that the evidence was built with")
    .option('--value-file <file>', 'the text that stood there, or the part that was taken out; a last line break is left out')
    .option('--value <text>', 'the same on the command line, where others may see it')
    .option('--path <pointer>', 'the field (default: every redacted one)')
    .option('--signer <file>', 'public key (PEM) of whoever signed; without it the signature is not looked at');
  withExamples(verify, [
    'mc evidence redactions verify A.evidence.json --key auditor.key --value-file leaked.txt --signer publisher.pub',
    'mc evidence redactions verify A.evidence.json --key auditor.key --value jane@example.com --path /predicate/values/tests/failures/0 --json',
  ]);
  act<VerifyOptions>(verify, verifyValue);
};

async function verifyValue({ io, options, json, args }: Invocation<VerifyOptions>): Promise<ExitCode> {
  const [{ parseAuditorKey, verifyRedaction }, { parseStrictJson, payloadOf, parseBundle, publicKeyFromPem, verifyBundle }] =
    await Promise.all([import('@promotable/sdk-evidence'), import('@promotable/attest')]);
  const value = await claimedValue(io, options);
  const auditorKey = parseAuditorKey(await readText(resolve(io.cwd, options.key), 'the auditor’s key'));
  const file = args[0] ?? '';
  const bytes = await readFile(resolve(io.cwd, file)).catch((cause: NodeJS.ErrnoException) => {
    throw new McError('FILE_UNREADABLE', `Cannot read the evidence at ${file}: ${cause.code ?? 'unknown error'}.`, { cause });
  });
  const signer =
    options.signer === undefined ? null : publicKeyFromPem(await readText(resolve(io.cwd, options.signer), "the signer's key"));
  const statement =
    signer === null
      ? (parseStrictJson(payloadOf(parseBundle(bytes))) as Parameters<typeof verifyRedaction>[0])
      : verifyBundle(bytes, (keyId) => (keyId === signer.keyId ? signer : null)).statement;
  const proven = verifyRedaction(statement, { value, auditorKey, path: options.path });
  const signature = signer === null ? 'not checked' : `by ${signer.keyId}`;
  if (json) io.stdout(`${JSON.stringify({ proven, signature }, null, 2)}\n`);
  else {
    if (proven.length === 0) io.stdout('not proven: no redaction of this evidence took this value out\n');
    else
      io.stdout(
        renderTable(
          ['field', 'redacted by', 'what stood there'],
          proven.map(({ path, rule, before }) => [path, rule, before]),
        ),
      );
    io.stdout(`signature: ${signature}\n`);
  }
  return proven.length === 0 ? exitCodes.fail : exitCodes.pass;
}

async function claimedValue(io: Io, { value, valueFile }: VerifyOptions): Promise<string> {
  if ((value === undefined) === (valueFile === undefined)) throw new McError('USAGE', 'Give either --value-file or --value.');
  return value ?? (await readText(resolve(io.cwd, valueFile ?? ''), 'the value')).replace(/\r?\n$/, '');
}
