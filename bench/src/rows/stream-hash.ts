// The digest of a report while it is read, beside `openssl dgst` on the same file.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../harness/row.ts';
import { closeAll, startAgreeing, type WorkerVariant } from '../harness/worker-variant.ts';

const module = new URL('./stream-hash.variants.ts', import.meta.url).href;
const megabytes = 256;

export const streamHashRow: Row = {
  name: 'stream-hash',
  title: `sha256 of ${megabytes} MiB as the readers take it beside openssl dgst`,
  set: 'quick',
  // Some two runs of openssl: the CPU time of a program that ended is told in steps of 10 ms.
  sliceMs: 600,
  comparisons: [
    { name: 'stream-hash-vs-openssl', subject: 'reader', baseline: 'openssl', metric: 'cpu', gate: { kind: 'share', atLeast: 0.9 } },
    { name: 'stream-hash-vs-openssl-wall', subject: 'reader', baseline: 'openssl', metric: 'wall', gate: null, kind: 'share' },
  ],
  async start(context) {
    const folder = mkdtempSync(join(tmpdir(), 'promotable-bench-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'report');
      writeReport(path);
      const variants = await startAgreeing(
        ['reader', 'openssl'].map((name) => ({ name, module, factory: name, options: { path } })),
        context,
      );
      return variants.map((variant, index) => (index === 0 ? closing(variant, remove) : variant));
    } catch (error) {
      remove();
      throw error;
    }
  },
};

/** Text, for what is no UTF-8 is refused before it is hashed to its end. */
function writeReport(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(1 << 20, '{"type":"library","name":"component","purl":"pkg:npm/component@1.0.0"},\n');
  for (let written = 0; written < megabytes; written++) writeSync(file, block);
  closeSync(file);
}

function closing(variant: WorkerVariant, then: () => void): WorkerVariant {
  return {
    ...variant,
    close: async () => {
      await closeAll([variant]);
      then();
    },
  };
}
