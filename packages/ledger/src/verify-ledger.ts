// Verifies a chain without trusting whoever keeps it: from an export, or straight from a store.
import { canonicalize, parseStrictJson } from '@promotable/attest';
import { faultsOf } from '@promotable/contracts';
import { createAnchors, readCheckpoint } from './anchors.ts';
import { createChainVerifier } from './chain-verifier.ts';
import { discontinuityType } from './discontinuity.ts';
import type { StreamId } from './entry.ts';
import { exportLedger } from './export-ledger.ts';
import { ExportLine, type HeaderLine } from './export-lines.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerFault, LedgerFaultCode, LedgerReport, VerifyLedgerOptions } from './ledger-report.ts';

const maxFaults = 100;

/** Verifies a stream of a live ledger; see {@link verifyLedgerExport}. Rejects only when the store cannot be read. */
export function verifyLedger(ledger: Ledger, stream: StreamId, options: VerifyLedgerOptions): Promise<LedgerReport> {
  const { signal } = options;
  return verifyLedgerExport(exportLedger(ledger, stream, signal === undefined ? {} : { signal }), { ...options, stream });
}

/**
 * Verifies the lines of an export as they come, in constant memory, and lists what is wrong with the position of the record.
 * Without `checkpoints` from outside, a tail that was removed together with its checkpoints cannot be seen.
 */
export async function verifyLedgerExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyLedgerOptions,
): Promise<LedgerReport> {
  const faults: LedgerFault[] = [];
  const add = (position: number | null, code: LedgerFaultCode, message: string): void => {
    if (faults.length < maxFaults) faults.push({ position, code, message });
  };
  const unread = { ok: false, stream: null, entries: 0, head: null, anchored: null, unsealed: 0, discontinuities: [], faults };
  let walk: Walk | null = null;
  for await (const line of lines) {
    options.signal?.throwIfAborted();
    if (walk !== null) walk.read(line);
    else {
      const header = headerOf(line, options, add);
      if (header === null) return unread;
      walk = createWalk(header, options, add);
    }
  }
  if (walk !== null) return walk.finish(faults);
  add(null, 'HEADER_INVALID', 'the export is empty');
  return unread;
}

function headerOf(
  line: string,
  { stream }: VerifyLedgerOptions,
  add: (position: null, code: LedgerFaultCode, message: string) => void,
): HeaderLine | null {
  const header = readLine(line);
  if (typeof header === 'string' || header.kind !== 'header') {
    add(null, 'HEADER_INVALID', `the export does not begin with a header: ${typeof header === 'string' ? header : header.kind}`);
    return null;
  }
  if (stream !== undefined && (header.tenant !== stream.tenant || header.stream !== stream.stream)) {
    add(null, 'HEADER_INVALID', `the export is of ${header.tenant}/${header.stream}, not of ${stream.tenant}/${stream.stream}`);
    return null;
  }
  return header;
}

interface Walk {
  read(line: string): void;
  finish(faults: readonly LedgerFault[]): LedgerReport;
}

function createWalk(
  header: HeaderLine,
  { resolveKey, checkpoints = [] }: VerifyLedgerOptions,
  add: (position: number | null, code: LedgerFaultCode, message: string) => void,
): Walk {
  const stream = { tenant: header.tenant, stream: header.stream };
  const verifier = createChainVerifier(stream, add);
  const anchors = createAnchors(checkpoints, stream, resolveKey, add);
  const discontinuities: { position: number; at: string; subject: string }[] = [];
  let entries = 0;
  let covered = 0;
  let newestEpoch = anchors.epoch ?? '';

  const readEmbedded = (bundle: unknown): void => {
    const checkpoint = readCheckpoint(bundle, stream, resolveKey, add);
    if (checkpoint === null) return;
    const { position, hash, epoch } = checkpoint;
    if (epoch > newestEpoch) newestEpoch = epoch;
    if (position > (verifier.last?.position ?? 0))
      add(position, 'BEHIND_CHECKPOINT', `the chain does not reach record ${position}, which a checkpoint vouches for`);
    else if (position !== verifier.last?.position)
      add(position, 'CHECKPOINT_INVALID', `the checkpoint of record ${position} does not stand behind it`);
    else if (hash !== verifier.last.hash)
      add(position, 'CHECKPOINT_MISMATCH', `record ${position} is not the one that a checkpoint vouches for`);
    else covered = position;
  };

  return {
    read(text) {
      const line = readLine(text);
      if (typeof line === 'string') {
        add(verifier.expected, 'LINE_INVALID', `the line at record ${verifier.expected} cannot be read: ${line}`);
        verifier.skip();
      } else if (line.kind === 'header') {
        add(null, 'HEADER_INVALID', 'a second header');
      } else if (line.kind === 'checkpoint') {
        readEmbedded(line.bundle);
      } else {
        entries += 1;
        const { kind: _, ...entry } = line;
        verifier.next(entry);
        if (verifier.last?.position === entry.position) anchors.check(verifier.last);
        if (entry.type === discontinuityType) discontinuities.push({ position: entry.position, at: entry.at, subject: entry.subject });
      }
    },
    finish(faults) {
      const head = verifier.last;
      if ((head?.position ?? 0) < header.position)
        add(head?.position ?? null, 'TRUNCATED', `the export ends at record ${head?.position ?? 0}, its header names ${header.position}`);
      if (newestEpoch > header.epoch)
        add(null, 'EPOCH_MISMATCH', `a checkpoint is of epoch ${newestEpoch}, later than the ledger's ${header.epoch}`);
      anchors.finish();
      const vouchedFor = Math.max(covered, anchors.met ?? 0);
      const unsealed = Math.max(0, (head?.position ?? 0) - vouchedFor) + header.unsealed;
      return { ok: faults.length === 0, stream, entries, head, anchored: anchors.met, unsealed, discontinuities, faults };
    },
  };
}

/** The line, or why it is none. Only its one canonical form is taken, so that no byte can change unnoticed. */
function readLine(text: string): ExportLine | string {
  let value: unknown;
  try {
    value = parseStrictJson(text);
    if (canonicalize(value) !== text) return 'not in canonical form';
  } catch (error) {
    return (error as Error).message;
  }
  const parsed = ExportLine.safeParse(value);
  if (parsed.success) return parsed.data;
  const [fault] = faultsOf(parsed.error);
  return `${fault?.path} ${fault?.message}`;
}
