// Thread that sleeps until each arrival of a Poisson process and says so. Asleep in between: the generator may share a core with a store.
import { parentPort, workerData } from 'node:worker_threads';

const { perSecond, durationMs } = workerData as { readonly perSecond: number; readonly durationMs: number };
const cell = new Int32Array(new SharedArrayBuffer(4));
const start = performance.timeOrigin + performance.now();
const now = (): number => performance.timeOrigin + performance.now() - start;

for (let due = 0; ; ) {
  due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
  if (due >= durationMs) break;
  const rest = due - now();
  if (rest > 0) Atomics.wait(cell, 0, 0, rest);
  parentPort?.postMessage(start + due);
}
parentPort?.postMessage(null);
