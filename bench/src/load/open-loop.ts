// Requests at a rate of their own, whether or not the server keeps up; latency counts from the moment a request was due (no coordinated omission).
import { Worker } from 'node:worker_threads';
import { cpuMsOf } from '../harness/cpu-time.ts';
import type { Slice } from '../harness/variant.ts';
import { percentile } from '../statistics/statistics.ts';
import { type Connection, openConnections, type Outcome, type Target } from './connections.ts';

export interface OpenLoop {
  readonly kind: 'open';
  /** Mean arrivals per second. */
  readonly perSecond: number;
  /** Requests beyond these wait their turn, and their latency with them. @default 64 */
  readonly connections?: number;
}

/** How long answers are awaited after the last arrival, milliseconds; what is missing then is an error. */
const patienceMs = 5000;

export async function openLoop(target: Target, pid: number, load: OpenLoop, durationMs: number): Promise<Slice> {
  const connections = await openConnections(target, load.connections ?? 64);
  const idle: Connection[] = [...connections];
  const queue: number[] = [];
  const latencies: number[] = [];
  const faults: string[] = [];
  const drained = Promise.withResolvers<void>();
  let arrived = 0;
  let isLast = false;

  const settle = (): void => {
    if (isLast && latencies.length + faults.length === arrived) drained.resolve();
  };
  const next = (): void => {
    while (queue.length > 0 && idle.length > 0) {
      const connection = idle.pop() as Connection;
      const due = queue.shift() as number;
      connection.send(({ isRight, fault }: Outcome) => {
        if (isRight) {
          latencies.push(performance.timeOrigin + performance.now() - due);
          idle.push(connection);
        } else faults.push(fault ?? 'unknown');
        next();
        settle();
      });
    }
  };

  const before = { cpuMs: cpuMsOf(pid), at: performance.now() };
  const metronome = new Worker(new URL('./metronome.ts', import.meta.url), { workerData: { perSecond: load.perSecond, durationMs } });
  metronome.on('message', (due: number | null) => {
    if (due === null) {
      isLast = true;
      return settle();
    }
    arrived++;
    queue.push(due);
    next();
  });
  metronome.once('error', drained.reject);
  const timer = setTimeout(drained.resolve, durationMs + patienceMs);
  await drained.promise;
  clearTimeout(timer);
  const after = { cpuMs: cpuMsOf(pid), at: performance.now() };
  await metronome.terminate();
  for (const connection of connections) connection.close();

  const ordered = latencies.sort((a, b) => a - b);
  const errors = arrived - ordered.length;
  return {
    operations: ordered.length,
    cpuMs: after.cpuMs - before.cpuMs,
    wallMs: after.at - before.at,
    errors,
    ...(errors === 0 ? {} : { fault: faults[0] ?? 'no answer came' }),
    ...(ordered.length === 0
      ? {}
      : { latencyMs: { p50: percentile(ordered, 0.5), p95: percentile(ordered, 0.95), p99: percentile(ordered, 0.99) } }),
  };
}
