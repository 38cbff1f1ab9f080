// Takes signed checkpoints out of the database, where its owner cannot rewrite them together with the log.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { payloadOf } from '@promotable/attest';
import type { Bundle, Logger } from '@promotable/contracts';
import type { Checkpoint, SealableLedger, StreamId } from '@promotable/ledger';
import { writeFileWhole } from './local-files.ts';

/**
 * The same ledger; each checkpoint that it seals is also written below `directory`, as `<tenant>/<stream>.json` (the latest) and appended to
 * `<tenant>/<stream>.jsonl`. A checkpoint that cannot be written is logged: the log itself goes on, the next one covers it.
 */
export function exportingCheckpoints(ledger: SealableLedger, directory: string, log: Logger): SealableLedger {
  return {
    ...ledger,
    async seal(stream, options) {
      const made: Bundle[] = [];
      const result = await ledger.seal(stream, {
        ...options,
        async checkpoint(head) {
          const bundle = await options.checkpoint(head);
          made.push(bundle);
          return bundle;
        },
      });
      // What was signed counts once it is sealed, not before.
      if (result.status === 'sealed' && result.sealed > 0) {
        for (const bundle of made)
          await exportCheckpoint(directory, stream, bundle).catch((error: unknown) =>
            log.error({ err: error, ...stream }, 'a checkpoint could not be written'),
          );
      }
      return result;
    },
  };
}

/**
 * Appends a checkpoint and makes it the latest, unless the latest one is later still: another MC may have been first, and in a database
 * that was restored behind our back a new checkpoint must not cover up what the next start has to find out.
 */
export async function exportCheckpoint(directory: string, { tenant, stream }: StreamId, bundle: Bundle): Promise<void> {
  const path = join(directory, tenant, stream);
  const line = `${JSON.stringify(bundle)}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await appendFile(`${path}.jsonl`, line, { flush: true });
  const latest = await placeIn(`${path}.json`);
  if (latest === null || isLater(placeOf(bundle), latest)) await writeFileWhole(`${path}.json`, line, 0o644);
}

type Place = Pick<Checkpoint, 'epoch' | 'position'>;

function isLater(a: Place, b: Place): boolean {
  return a.epoch === b.epoch ? a.position > b.position : a.epoch > b.epoch;
}

/** Null where there is none, or none that can be read: whatever lies there then is worth less than a checkpoint. */
async function placeIn(path: string): Promise<Place | null> {
  try {
    return placeOf(JSON.parse(await readFile(path, 'utf8')) as Bundle);
  } catch {
    return null;
  }
}

/** Unverified: it decides which of two files stays, and a start verifies what it finds. */
function placeOf(bundle: Bundle): Place {
  return (JSON.parse(Buffer.from(payloadOf(bundle)).toString()) as { predicate: Place }).predicate;
}
