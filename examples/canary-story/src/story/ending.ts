// What stays in the reader's hands: a decision that anybody can check, and where to look further.
import { createVerify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../run-command.ts';
import { StoryError } from '../story-error.ts';
import { shellWord } from './lines.ts';
import type { Mc } from './mc-command.ts';
import { service } from './settings.ts';
import type { StoryParts } from './story-parts.ts';

export interface EndingOptions {
  /** Where `npm start` was called. */
  readonly cwd: string;
  readonly data: string;
  /** Folder for the decision. */
  readonly folder: string;
  readonly decisionId: string;
  readonly mc: Mc;
}

const Exported = z.object({ openssl: z.string() });

/** Takes a decision along and has it checked by a program that is not ours. */
export async function tellEnding(
  { narrator, clock, signal }: StoryParts,
  { cwd, folder, decisionId, mc }: Omit<EndingOptions, 'data'>,
): Promise<void> {
  narrator.act(6, 'Yours to check');
  const since = clock.monotonic();
  const { code, stdout, stderr } = await mc(['decision', 'export', decisionId, '--out', folder, '--json']);
  if (code !== 0) throw new StoryError('COMMAND_FAILED', `mc decision export ended with ${code}: ${stderr.trim().slice(-500)}`);
  const { openssl } = Exported.parse(JSON.parse(stdout));
  narrator.print(`  decision   ${join(folder, 'decision.json')}`);
  narrator.print(`  check it   ${openssl}`);
  const checked = await runCommand('sh', ['-c', openssl], { cwd, signal });
  const isMissing = checked.code === 127;
  const outcome = isMissing
    ? await checkedByNode(folder)
    : checked.code === 0
      ? checked.stdout.trim()
      : `openssl ended with ${checked.code}`;
  const text = `${isMissing ? "openssl is not installed here; Node's own says" : 'openssl says'}: ${outcome}`;
  narrator.tell({ release: null, stage: null, verdict: null, reasons: [], outcome, text, decisionId, since }, { outcome: 'Verified OK' });
}

/** Where to look further. */
export function tellWhere(
  { narrator, cast, missionControl }: StoryParts,
  { cwd, data, folder, decisionId }: Omit<EndingOptions, 'mc'>,
): void {
  const { url } = missionControl;
  const more = relative(cwd, data) === '.promotable' ? '' : ` --data ${shellWord(data)}`;
  narrator.print(
    [
      `  console    ${url}/  (name engineer, password in ${shellWord(join(data, 'tokens', 'console'))})`,
      `  GraphQL    ${url}/graphql`,
      `  metrics    ${url}/metrics`,
      '  go on with',
      `    npm run mc -- decision explain ${decisionId}${more}`,
      `    npm run mc -- decision verify ${shellWord(folder)}${more}`,
      `    npm run mc -- evidence status --service ${service} --release ${cast.B.releaseId}${more}`,
      `    npm run mc -- ledger verify --stream decision${more}`,
      '    npm run mc -- policy thresholds --layer demo',
    ].join('\n'),
  );
}

/** The same check as the line's, by the OpenSSL inside Node. */
async function checkedByNode(folder: string): Promise<string> {
  const [publicKey, signature, bytes] = await Promise.all(
    ['decision.pub', 'decision.sig', 'decision.pae'].map((name) => readFile(join(folder, name))),
  );
  return createVerify('sha256')
    .update(bytes as Buffer)
    .verify(publicKey as Buffer, signature as Buffer)
    ? 'Verified OK'
    : 'Verification failure';
}
