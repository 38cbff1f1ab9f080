import type { Transactor } from '@promotable/contracts';
import { runEffects } from './commit-effects.ts';

/**
 * Units of work in memory: writes registered with `onCommit` take effect together, or not at all. One unit runs at a time, so what it
 * reads is still so when it commits; a unit begun inside another of the same transactor would wait for ever.
 */
export function memoryTransactor(): Transactor {
  let last: Promise<unknown> = Promise.resolve();
  return {
    transaction(work) {
      const turn = last.then(async () => {
        const effects: (() => void)[] = [];
        const result = await work({ sql: null, onCommit: (effect) => void effects.push(effect) });
        runEffects(effects);
        return result;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
