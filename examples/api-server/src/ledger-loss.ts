// A database restored to an older state must not go on as if nothing were missing: MC is then read-only until somebody accepts the loss.
import { setTimeout as delay } from 'node:timers/promises';
import { listedKeys } from '@promotable/attest';
import type { Clock, PolicyReason, Transactor } from '@promotable/contracts';
import { acceptLoss, type LostCheckpoint, lostCheckpoints, type SealableLedger, type Sequencer } from '@promotable/ledger';
import type { ReadinessCheck } from '@promotable/server-kit';
import { ApiServerError } from './api-server-error.ts';
import { exportCheckpoint } from './checkpoint-export.ts';
import { type ExportedCheckpoints, exportedCheckpoints } from './exported-checkpoints.ts';
import type { KeyDirectory } from './key-directory.ts';

export interface LedgerStanding {
  /** Nothing may be written, and nothing decided. */
  readonly readOnly: boolean;
  /** One line for the operator: what happened, what to do. Null = nothing did. */
  readonly notice: string | null;
}

export interface LedgerParts {
  /** Where checkpoints are exported to. */
  readonly directory: string;
  readonly ledger: SealableLedger;
  readonly transactor: Transactor;
  readonly sequencer: Pick<Sequencer, 'runOnce'>;
  readonly keys: Pick<KeyDirectory, 'trust'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What callers of a read-only MC get. It says nothing of whose records are missing. */
const behindCheckpoint = new ApiServerError(
  'LEDGER_BEHIND_CHECKPOINT',
  'MC is read-only: its ledger lies behind a checkpoint that had already left it. Keep what you have and send it again later.',
  { status: 503, retryable: true },
);

/** The hold of every gate meanwhile; its text is the policy's. */
export const behindCheckpointReason: PolicyReason = { code: behindCheckpoint.code, class: 'missing_proof', params: {} };

/** Begins nothing. */
export const refusingTransactor: Transactor = {
  transaction: () => Promise.reject(behindCheckpoint),
};

export function ledgerReadiness({ readOnly, notice }: LedgerStanding): ReadinessCheck {
  return {
    name: 'ledger',
    async check() {
      if (readOnly) throw new ApiServerError('LEDGER_BEHIND_CHECKPOINT', notice ?? behindCheckpoint.message);
    },
  };
}

/** Compares the store with what was exported from it; accepts a loss only where it was told to. */
export async function settleLedger(parts: LedgerParts, { acceptLoss }: { readonly acceptLoss: boolean }): Promise<LedgerStanding> {
  const exported = await exportedCheckpoints(parts.directory, listedKeys(parts.keys.trust().keySet, 'checkpoint'));
  const lost = await lostCheckpoints(parts.ledger, exported.checkpoints);
  if (lost.length === 0 && exported.unbelievable.length === 0) return { readOnly: false, notice: null };
  if (!acceptLoss || exported.unbelievable.length > 0) return { readOnly: true, notice: readOnlyNotice(lost, exported) };
  const epoch = await recover(lost, parts);
  return {
    readOnly: false,
    notice: `LOSS_ACCEPTED: the loss was accepted (${listed(lost.map(inWords))}): each of these logs states it, decisions of the new epoch ${epoch} outrank the older ones. Start without --accept-loss from now on.`,
  };
}

/** Sealed checkpoints of the new epoch take the place of the lost ones, or the start fails. */
async function recover(lost: readonly LostCheckpoint[], { directory, ledger, transactor, sequencer, clock }: LedgerParts): Promise<string> {
  const checkpoints = lost.map(({ checkpoint }) => checkpoint);
  const { epoch, receipts } = await acceptLoss(checkpoints, { ledger, transactor, clock, actor: 'mission-control#accept-loss' });
  for (const [index, { tenant, stream }] of checkpoints.entries()) {
    const id = { tenant, stream };
    const position = await sealedPosition({ ledger, sequencer }, id, receipts[index]?.ingestSequence ?? 0);
    // Another MC may have sealed it, and exported it elsewhere.
    const [checkpoint] = await ledger.checkpoints(id, { after: position - 1, limit: 1 });
    if (checkpoint !== undefined) await exportCheckpoint(directory, id, checkpoint.bundle);
  }
  return epoch;
}

async function sealedPosition(
  { ledger, sequencer }: Pick<LedgerParts, 'ledger' | 'sequencer'>,
  id: { readonly tenant: string; readonly stream: string },
  ingestSequence: number,
): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const receipt = await ledger.receipt(id, ingestSequence);
    if (receipt !== null && receipt.state !== 'unsealed') return receipt.state.position;
    if (attempt > 0) await delay(100);
    await sequencer.runOnce();
  }
  throw new ApiServerError(
    'LEDGER_BEHIND_CHECKPOINT',
    `The loss was accepted, but ${id.tenant}/${id.stream} could not be sealed within 10 s: look at the log, then start again with --accept-loss.`,
  );
}

function readOnlyNotice(lost: readonly LostCheckpoint[], { unbelievable }: ExportedCheckpoints): string {
  const missing = lost.length === 0 ? [] : [`The ledger lies behind checkpoints that had left it: ${listed(lost.map(inWords))}.`];
  const refused = unbelievable.map(({ path, cause }) => `The checkpoint ${path} cannot be believed: ${cause}.`).slice(0, 3);
  const remedies = [
    ...(unbelievable.length === 0 ? [] : ['put back or remove the checkpoints that cannot be believed']),
    ...(lost.length === 0 ? [] : ['restore the newest backup, or, where there is none, start once with --accept-loss']),
  ];
  return [`${behindCheckpoint.code}:`, ...missing, ...refused, `MC is read-only until then: ${remedies.join('; ')}.`]
    .join(' ')
    .replaceAll('\n', ' ');
}

const wordsOf: Record<LostCheckpoint['code'], string> = {
  BEHIND_CHECKPOINT: 'is missing',
  CHECKPOINT_MISMATCH: 'is another one',
  EPOCH_MISMATCH: 'is of a later epoch',
};

function inWords({ checkpoint: { tenant, stream, position }, code }: LostCheckpoint): string {
  return `record ${position} of ${tenant}/${stream} ${wordsOf[code]}`;
}

/** At most three: it is one line. */
function listed(all: readonly string[]): string {
  return [...all.slice(0, 3), ...(all.length > 3 ? [`${all.length - 3} more`] : [])].join(', ');
}
