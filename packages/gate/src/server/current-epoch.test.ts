import { expect, it } from 'vitest';
import { turnableClock } from '../testing/world.ts';
import { currentEpoch } from './current-epoch.ts';

function counted() {
  const clock = turnableClock();
  let reads = 0;
  return { clock, epochs: currentEpoch({ epoch: async () => `epoch ${++reads}` }, clock) };
}

it('a reading of the epoch counts for less than a second, whatever the wall clock does', async () => {
  const { clock, epochs } = counted();
  expect(await epochs.read()).toBe('epoch 1');
  clock.set(clock.now() + 86_400_000);
  clock.advance(999);
  expect(await epochs.read()).toBe('epoch 1');
  clock.advance(1);
  expect(await epochs.read()).toBe('epoch 2');
  clock.advance(999);
  expect(await epochs.read()).toBe('epoch 2');
});

it('a forgotten reading is taken anew at once', async () => {
  const { epochs } = counted();
  await epochs.read();
  epochs.forget();
  expect(await epochs.read()).toBe('epoch 2');
});
