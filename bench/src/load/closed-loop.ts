// As many requests as the server can take: every connection sends its next one when it has its answer.
import { cpuMsOf, waitedMsOf } from '../harness/cpu-time.ts';
import type { Slice } from '../harness/variant.ts';
import { openConnections, type Outcome, type Target } from './connections.ts';

export interface ClosedLoop {
  readonly kind: 'closed';
  /** @default 50 */
  readonly connections?: number;
}

/** Unmeasured at the beginning of a slice, while the connections come up to speed, milliseconds. */
const leadInMs = 100;

export async function closedLoop(target: Target, pid: number, { connections: count = 50 }: ClosedLoop, durationMs: number): Promise<Slice> {
  const connections = await openConnections(target, count);
  let operations = 0;
  let errors = 0;
  let fault: string | undefined;
  let isOver = false;
  const finished = Promise.withResolvers<void>();
  let open = connections.length;
  for (const connection of connections) {
    const done = ({ isRight, fault: said }: Outcome): void => {
      operations++;
      if (!isRight) {
        errors++;
        fault ??= said ?? 'unknown';
      }
      // A connection that failed stays silent: a loop over a dead socket would never end.
      if (isRight && !isOver) connection.send(done);
      else if (--open === 0) finished.resolve();
    };
    connection.send(done);
  }
  await passed(leadInMs);
  const before = { cpuMs: cpuMsOf(pid), waitedMs: waitedMsOf(pid), at: performance.now(), operations };
  await passed(durationMs);
  const after = { cpuMs: cpuMsOf(pid), waitedMs: waitedMsOf(pid), at: performance.now(), operations };
  isOver = true;
  await Promise.race([finished.promise, passed(2000)]);
  for (const connection of connections) connection.close();
  return {
    operations: after.operations - before.operations,
    cpuMs: after.cpuMs - before.cpuMs,
    wallMs: after.at - before.at,
    waitedMs: after.waitedMs - before.waitedMs,
    errors,
    ...(fault === undefined ? {} : { fault }),
  };
}

function passed(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
