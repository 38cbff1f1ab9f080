import { join } from 'node:path';
import { statementDigestOf } from '@promotable/attest';
import type { ClientAnswer } from '@promotable/gate/client';
import { z } from 'zod';
import { StoryError } from '../story-error.ts';
import { awaitSealed, copyLedger, type LedgerStream } from './ledger-copy.ts';
import type { Mc } from './mc-command.ts';
import type { StoryParts } from './story-parts.ts';

export interface TamperingOptions {
  readonly data: string;
  readonly postgresUri: string;
  readonly mc: Mc;
  /** A decision that somebody would like to have been another one; null = the last. */
  readonly answer: ClientAnswer | null;
}

/** One report per log that was asked for. */
const Reports = z.tuple([
  z.object({
    ok: z.boolean(),
    entries: z.number(),
    anchored: z.number().nullable(),
    faults: z.array(z.object({ position: z.number().nullable(), code: z.string(), message: z.string() })),
  }),
]);

/** One byte of the ledger is altered in a copy of the database; `mc ledger verify` names the record, and finds the original whole. */
export async function tellTampering(
  { narrator, clock, signal }: StoryParts,
  { data, postgresUri, mc, answer }: TamperingOptions,
): Promise<void> {
  narrator.act(5, 'One byte of the ledger is altered in a copy of the database');
  const log: LedgerStream = { tenant: answer?.decision?.subject.tenant ?? 'local', stream: 'decision' };
  const checkpoint = join(data, 'checkpoints', log.tenant, `${log.stream}.json`);
  const verify = async (uri: string) => {
    // The URI holds the password, so it is not put on a command line.
    const args = ['ledger', 'verify', '--tenant', log.tenant, '--stream', log.stream, '--checkpoint', checkpoint, '--json'];
    const { code, stdout, stderr } = await mc(args, { MC_LEDGER_POSTGRES_URI: uri });
    const reports = Reports.safeParse(parseJson(stdout));
    if (!reports.success || code !== (reports.data[0].ok ? 0 : 1))
      throw new StoryError('COMMAND_FAILED', `mc ledger verify ended with ${code}: ${stderr.trim().slice(-500)}`);
    return reports.data[0];
  };

  await awaitSealed(postgresUri, log, signal);
  const since = clock.monotonic();
  const copy = await copyLedger(postgresUri, 'ledger_copy', log);
  try {
    const altered = await copy.alterOneByte(answer?.bundle == null ? null : statementDigestOf(answer.bundle));
    narrator.say(
      '',
      `copy: first hex digit of what record ${altered.position} vouches for changed (${altered.subject}); triggers off, as its owner can`,
    );
    const [found, original] = [await verify(copy.uri), await verify(postgresUri)];
    const [fault] = found.faults;
    const named = fault?.position === altered.position ? `record ${altered.position} named` : 'record not named';
    const reasons =
      fault === undefined ? [] : [{ code: fault.code, class: 'breach' as const, params: {}, message: fault.message, fix: '' }];
    narrator.tell(
      {
        release: null,
        stage: null,
        verdict: null,
        reasons,
        outcome: named,
        text: `mc ledger verify on the copy: ${named}, of ${found.entries}`,
        since,
      },
      { outcome: `record ${altered.position} named`, reasons: ['HASH_MISMATCH'] },
    );
    const state = original.ok ? 'whole' : 'not whole';
    narrator.tell(
      {
        release: null,
        stage: null,
        verdict: null,
        reasons: [],
        outcome: state,
        text: `mc ledger verify on the original: ${state}, ${original.entries} records, proven up to ${original.anchored ?? 0} by a signed checkpoint outside the database`,
        since,
      },
      { outcome: 'whole' },
    );
  } finally {
    await copy.drop();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
