#!/usr/bin/env node
import { processIo } from './io.ts';
import { runMc } from './program.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)));
process.exitCode = await runMc(process.argv.slice(2), processIo(abort.signal));
