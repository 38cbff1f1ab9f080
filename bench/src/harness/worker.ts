// Entry of a worker process: repeats one operation for as long as it is told and reports what that cost.
import { childrenCpuMs, ownCpuMs } from './cpu-time.ts';
import { answerQuestions } from './answering.ts';
import type { Operation, OperationFactory } from './operation.ts';
import type { Slice } from './variant.ts';

type Question =
  | { readonly type: 'load'; readonly module: string; readonly factory: string; readonly options: unknown }
  | { readonly type: 'answer' }
  | { readonly type: 'warmUp' | 'measure'; readonly durationMs: number };

/** Batches are this long at least, so that reading the clocks costs nothing beside them, milliseconds. */
const shortestBatchMs = 2;
/** Part of a slice that runs before the clocks are read: the caches are another variant's when a slice begins. */
const leadIn = 0.1;

let operation: Operation | undefined;
let count = 1;
/** Kept, so that no result is unused. */
let last: unknown;

answerQuestions(async (question: Question) => {
  if (question.type === 'load') {
    const module = (await import(question.module)) as Record<string, OperationFactory>;
    const factory = module[question.factory];
    if (factory === undefined) throw new Error(`${question.module} exports no ${question.factory}`);
    operation = await factory(question.options as never);
    return null;
  }
  if (operation === undefined) throw new Error('no operation is loaded');
  if (question.type === 'answer') return operation.answer();
  if (question.type === 'warmUp') return { last: typeof last, ...(await spend(operation, question.durationMs)) };
  // Every slice starts from the same heap; what a variant leaves behind it also clears up in its own time.
  globalThis.gc?.();
  await spend(operation, question.durationMs * leadIn);
  return spend(operation, question.durationMs);
});

async function spend(work: Operation, durationMs: number): Promise<Slice> {
  const cpu = work.cpu === 'children' ? childrenCpuMs : ownCpuMs;
  const cpuBefore = cpu();
  const start = performance.now();
  let now = start;
  let operations = 0;
  do {
    const result = work.run(count);
    last = result instanceof Promise ? await result : result;
    operations += count;
    const after = performance.now();
    if (after - now < Math.min(shortestBatchMs, durationMs / 20)) count *= 2;
    now = after;
  } while (now - start < durationMs);
  return { operations, cpuMs: cpu() - cpuBefore, wallMs: now - start, errors: 0 };
}
