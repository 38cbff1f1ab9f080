// What the image runs: `adapter` serves the cluster, `job` waits for one verdict. Where the manifests mount things is known here and nowhere else.
import { processIo, runMc } from '@promotable/mc';
import { commandOf } from './command.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)));
process.exitCode = await runMc(commandOf(process.argv.slice(2), process.env), processIo(abort.signal));
