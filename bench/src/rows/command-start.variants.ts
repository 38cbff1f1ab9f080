import { spawnSync } from 'node:child_process';
import type { Operation } from '../harness/operation.ts';

export interface ProgramOptions {
  /** Arguments of Node. */
  readonly args: readonly string[];
}

/** Starts Node with these arguments and waits for its end. */
export function program({ args }: ProgramOptions): Operation {
  const once = (): number => {
    const { status, error } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (error !== undefined) throw error;
    return status ?? -1;
  };
  return {
    cpu: 'children',
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += once();
      return sum;
    },
    answer: once,
  };
}
