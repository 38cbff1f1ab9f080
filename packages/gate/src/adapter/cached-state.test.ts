import { expect, it } from 'vitest';
import { type ClientState, memoryState } from '../client/client-state.ts';
import { cachedState } from './cached-state.ts';

const kept = (name: string) => ({ name }) as unknown as ClientState;

/** A store that counts, and fails when it is told to. */
function countingStore() {
  const inner = memoryState();
  const store = {
    loads: 0,
    broken: null as Error | null,
    inner,
    async load() {
      store.loads++;
      if (store.broken !== null) throw store.broken;
      return inner.load();
    },
    async save(state: ClientState) {
      if (store.broken !== null) throw store.broken;
      await inner.save(state);
    },
  };
  return store;
}

it('what is kept is read once, however many ask at once, and what is saved is written through', async () => {
  const store = countingStore();
  await store.inner.save(kept('first'));
  const cached = cachedState(store);
  expect(await Promise.all([cached.load(), cached.load()])).toEqual([kept('first'), kept('first')]);
  await cached.save(kept('second'));
  expect([await cached.load(), await store.inner.load(), store.loads]).toEqual([kept('second'), kept('second'), 1]);
});

it('a store that could not be read is read again', async () => {
  const store = countingStore();
  const cached = cachedState(store);
  store.broken = new Error('damaged');
  await expect(cached.load()).rejects.toThrow('damaged');
  store.broken = null;
  expect(await cached.load()).toBeNull();
  expect(store.loads).toBe(2);
});

it('what could not be written is not remembered', async () => {
  const store = countingStore();
  const cached = cachedState(store);
  await cached.save(kept('first'));
  store.broken = new Error('full');
  await expect(cached.save(kept('second'))).rejects.toThrow('full');
  expect(await cached.load()).toEqual(kept('first'));
});
