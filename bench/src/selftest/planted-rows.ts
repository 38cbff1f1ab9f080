// Two rows whose result is known beforehand: one of workers, one of servers.
import type { Comparison, Row } from '../harness/row.ts';
import { startWorkers } from '../harness/worker-variant.ts';
import { startServers } from '../load/server-variant.ts';

/** A limit between nothing and the planted fifth. */
const gate = { kind: 'cost', atMost: 1.1 } as const;

const comparisons = (kind: string): readonly Comparison[] => [
  { name: `${kind}-itself`, subject: 'twin', baseline: 'plain', metric: 'cpu', gate },
  { name: `${kind}-planted`, subject: 'planted', baseline: 'plain', metric: 'cpu', gate },
];

const module = new URL('./planted.variants.ts', import.meta.url).href;
const program = new URL('./planted.server.ts', import.meta.url).pathname;

/** About a quarter of a millisecond. */
const iterations = 40_000;
/** So much per request that the HTTP around it, which is not a fifth dearer, hardly dilutes the difference. */
const served = 4 * iterations;

const workers: Row = {
  name: 'worker',
  title: 'code in a process of its own',
  set: 'quick',
  sliceMs: 100,
  comparisons: comparisons('worker'),
  start: (context) =>
    startWorkers(
      [
        { name: 'plain', module, factory: 'work', options: { iterations } },
        { name: 'twin', module, factory: 'work', options: { iterations } },
        { name: 'planted', module, factory: 'work', options: { iterations: iterations * 1.2 } },
      ],
      context,
    ),
};

const servers: Row = {
  name: 'server',
  title: 'a server under load',
  set: 'full',
  sliceMs: 800,
  leastUtilisation: 0.95,
  comparisons: comparisons('server'),
  start: (context) =>
    startServers(
      [
        { name: 'plain', program, args: [String(served)] },
        { name: 'twin', program, args: [String(served)] },
        { name: 'planted', program, args: [String(served * 1.2)] },
      ],
      { kind: 'closed', connections: 64 },
      context,
    ),
};

export const plantedRows: readonly Row[] = [workers, servers];
