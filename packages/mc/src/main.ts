#!/usr/bin/env node
import { exitCodes } from './exit-code.ts';
import { processIo } from './io.ts';
import { runMc } from './program.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)));
// By itself Node would end with 1 here, which is a verdict.
process.on('uncaughtException', (error) => {
  process.stderr.write(`mc: INTERNAL: mc failed unexpectedly: ${error.message}\n`);
  process.exit(exitCodes.hold);
});
let isDelivered = true;
// Whoever reads may stop early, as `head` does; what cannot be written for another reason, such as a full disk, is no result.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    isDelivered = false;
    process.exitCode = exitCodes.hold;
  });

const code = await runMc(process.argv.slice(2), processIo(abort.signal));
process.exitCode = isDelivered ? code : exitCodes.hold;
