// A gate that polls for hundreds of releases reads its state once: it is the only one that writes it.
import type { ClientState, StateStore } from '../client/client-state.ts';

/** Keeps in memory what another store keeps, and writes through. What could not be written is not remembered either. */
export function cachedState(store: StateStore): StateStore {
  let loaded: Promise<ClientState | null> | null = null;
  return {
    load() {
      loaded ??= store.load().catch((error: unknown) => {
        loaded = null;
        throw error;
      });
      return loaded;
    },
    async save(state) {
      await store.save(state);
      loaded = Promise.resolve(state);
    },
  };
}
