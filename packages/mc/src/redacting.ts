import { resolve } from 'node:path';
import type { RedactionOptions } from '@promotable/sdk-evidence';
import { type Command, Option } from 'commander';
import { inGroup } from './command.ts';
import { readText } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

/** What the options below say. */
export interface RedactingOptions {
  readonly redactionRules?: string;
  readonly auditorKey?: string;
  readonly dryRun?: boolean;
  readonly showRedactions?: boolean;
}

/** Adds the options of everything that redacts before it signs. */
export function withRedaction(command: Command): Command {
  return inGroup(command, 'Redaction:', (group) =>
    group
      .option('--redaction-rules <file>', 'JSON: fields to redact by path, detectors that are off (env MC_REDACTION_RULES)')
      .option('--auditor-key <file>', 'base64 of 32 bytes; its holder can prove what was redacted (env MC_AUDITOR_KEY)')
      .addOption(new Option('--dry-run', 'show what would be signed; signs, writes and sends nothing').implies({ out: '' }))
      .option('--show-redactions', 'with --dry-run: each field as it would be signed, and each redaction'),
  );
}

/** Rules and key of the files that are named. @throws {McError} `FILE_UNREADABLE`, `CONFIGURATION`; {EvidenceError} `EVIDENCE_INVALID` */
export async function redactionOf(io: Io, options: RedactingOptions): Promise<RedactionOptions> {
  if (options.showRedactions === true && options.dryRun !== true) throw new McError('USAGE', '--show-redactions needs --dry-run.');
  const { parseAuditorKey, parseRedactionRules } = await import('@promotable/sdk-evidence');
  const rules = options.redactionRules ?? io.env['MC_REDACTION_RULES'];
  const key = options.auditorKey ?? io.env['MC_AUDITOR_KEY'];
  return {
    ...(rules === undefined ? {} : { rules: parseRedactionRules(await readJson(resolve(io.cwd, rules))) }),
    ...(key === undefined ? {} : { auditorKey: parseAuditorKey(await readText(resolve(io.cwd, key), 'the auditor’s key')) }),
  };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path, 'the redaction rules');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new McError('CONFIGURATION', `The redaction rules at ${path} are no JSON.`);
  }
}
