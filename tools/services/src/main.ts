// `npm run services -- up [NAME…] | down | status`
import { findParent } from './cli/detach.ts';
import { runServices } from './cli/program.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
const parent = findParent(() => abort.abort());

process.exitCode = await runServices(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  say: (line) => (parent === null ? void process.stderr.write(`${line}\n`) : parent.tell({ line })),
  signal: abort.signal,
  parent,
});
