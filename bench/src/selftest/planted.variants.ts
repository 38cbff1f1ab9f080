// Work of a known amount.
import type { Operation } from '../harness/operation.ts';

/** Rounds of an integer generator: no memory, no garbage, so that twenty per cent more of them cost twenty per cent more. */
export function spin(iterations: number, seed = 1): number {
  let state = seed;
  for (let index = 0; index < iterations; index++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state;
}

export function work({ iterations }: { readonly iterations: number }): Operation {
  return {
    run(count) {
      let state = 1;
      for (let index = 0; index < count; index++) state = spin(iterations, state);
      return state;
    },
    // The amount of work is what differs; what it yields is not compared.
    answer: () => null,
  };
}
