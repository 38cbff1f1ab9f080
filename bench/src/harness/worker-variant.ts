// A variant that is code: repeated in a process of its own, one operation after the other.
import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../bench-error.ts';
import { startChild } from './child.ts';
import type { RowContext } from './row.ts';
import type { Slice, Variant } from './variant.ts';

export interface WorkerSpec {
  readonly name: string;
  /** URL of the module that exports the factory. */
  readonly module: string;
  /** Name of the exported {@link OperationFactory}. */
  readonly factory: string;
  /** Plain data for the factory. */
  readonly options?: unknown;
}

export interface WorkerVariant extends Variant {
  /** What the operation yields. */
  answer(): Promise<unknown>;
}

const entry = new URL('./worker.ts', import.meta.url).pathname;

/** Starts a process and loads the operation. @throws {BenchError} `VARIANT_FAILED` */
export async function startWorker({ name, module, factory, options = null }: WorkerSpec, context: RowContext): Promise<WorkerVariant> {
  const node = [process.execPath, '--expose-gc', '--conditions=@promotable/source', entry];
  const child = startChild({ argv: context.placement.at('measured', node), signal: context.signal });
  try {
    await child.ask({ type: 'load', module, factory, options });
  } catch (error) {
    await child.close();
    throw error;
  }
  return {
    name,
    answer: () => child.ask({ type: 'answer' }),
    warmUp: async (durationMs) => void (await child.ask({ type: 'warmUp', durationMs })),
    measure: async (durationMs) => (await child.ask({ type: 'measure', durationMs })) as Slice,
    close: () => child.close(),
  };
}

/** Starts all of them, or none. */
export async function startWorkers(specs: readonly WorkerSpec[], context: RowContext): Promise<WorkerVariant[]> {
  const started = await Promise.allSettled(specs.map((spec) => startWorker(spec, context)));
  const variants = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return variants;
  await closeAll(variants);
  throw failed.reason;
}

export async function closeAll(variants: readonly Variant[]): Promise<void> {
  await Promise.all(variants.map((variant) => variant.close()));
}

/** Starts the workers and lets none of them live unless `check` accepts what they yield. @throws {BenchError} `ANSWERS_DIFFER`, `VARIANT_FAILED` */
export async function startChecked(
  specs: readonly WorkerSpec[],
  context: RowContext,
  check: (answers: Readonly<Record<string, unknown>>) => void,
): Promise<WorkerVariant[]> {
  const variants = await startWorkers(specs, context);
  try {
    const answers = await Promise.all(variants.map(async (variant) => [variant.name, await variant.answer()] as const));
    check(Object.fromEntries(answers));
    return variants;
  } catch (error) {
    await closeAll(variants);
    throw error;
  }
}

/** Starts the workers and lets none of them live unless all yield the same. @throws {BenchError} `ANSWERS_DIFFER`, `VARIANT_FAILED` */
export function startAgreeing(specs: readonly WorkerSpec[], context: RowContext): Promise<WorkerVariant[]> {
  return startChecked(specs, context, (answers) => {
    const [[first, expected] = ['', null], ...others] = Object.entries(answers);
    const odd = others.find(([, answer]) => !isDeepStrictEqual(answer, expected));
    if (odd !== undefined) throw new BenchError('ANSWERS_DIFFER', `${odd[0]} yields something else than ${first}`);
  });
}
