// Takes signed checkpoints out of the database, where its owner cannot rewrite them together with the log.
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bundle, Logger } from '@promotable/contracts';
import type { SealableLedger } from '@promotable/ledger';
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
          await write(join(directory, stream.tenant, stream.stream), bundle).catch((error: unknown) =>
            log.error({ err: error, ...stream }, 'a checkpoint could not be written'),
          );
      }
      return result;
    },
  };
}

async function write(path: string, bundle: Bundle): Promise<void> {
  const line = `${JSON.stringify(bundle)}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await appendFile(`${path}.jsonl`, line, { flush: true });
  await writeFileWhole(`${path}.json`, line, 0o644);
}
