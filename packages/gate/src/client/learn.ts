// Many questions may share one state: what each learns is put into what is remembered then, not into what it began with.
import { type ClientState, emptyState, type StateStore } from './client-state.ts';

const turns = new WeakMap<StateStore, Promise<unknown>>();

/**
 * Changes what a store remembers, one change of this process after the other, so that questions asked at once lose nothing of each other.
 * `change` answers null where there is nothing to save; what it throws is thrown, and nothing is saved.
 */
export function learn(store: StateStore, change: (state: ClientState) => ClientState | null): Promise<void> {
  const turn = (turns.get(store) ?? Promise.resolve()).then(async () => {
    const learnt = change((await store.load()) ?? emptyState);
    if (learnt !== null) await store.save(learnt);
  });
  turns.set(
    store,
    turn.catch(() => undefined),
  );
  return turn;
}
