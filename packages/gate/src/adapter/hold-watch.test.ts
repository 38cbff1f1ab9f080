import { beforeEach, describe, expect, it } from 'vitest';
import { ask20, turnableClock } from '../testing/world.ts';
import { minute } from '../testing/scenes.ts';
import { defaultHoldLimits, type HoldEvent, type HoldWatch, holdWatch } from './hold-watch.ts';

let clock: ReturnType<typeof turnableClock>;
let events: HoldEvent[];
let watch: HoldWatch;
const hold = { verdict: 'hold', codes: ['PENDING'] } as const;
const pass = { verdict: 'pass', codes: [] } as const;

beforeEach(() => {
  clock = turnableClock();
  events = [];
  watch = holdWatch(clock, defaultHoldLimits, (event) => events.push(event));
});

const told = () => events.map(({ level, environment, state, held }) => `${level} ${state} ${environment} ${held.length}`);
/** Asks every minute, as a controller does. */
function heldFor(minutes: number, names: readonly string[], environment = 'production'): void {
  for (let passed = 0; passed < minutes; passed++) {
    for (const name of names) watch.note(name, { ...ask20, releaseId: name, environment }, hold);
    clock.advance(minute);
  }
  for (const name of names) watch.note(name, { ...ask20, releaseId: name, environment }, hold);
}

describe('a hold', () => {
  it('is told after 5 min, paged after 15 min and due to pause after 4 h, each once', () => {
    heldFor(4, ['A']);
    expect(told()).toEqual([]);
    heldFor(1, ['A']);
    expect(told()).toEqual(['notify reached production 1']);
    heldFor(10, ['A']);
    heldFor(225, ['A']);
    expect(told()).toEqual(['notify reached production 1', 'page reached production 1', 'pause reached production 1']);
    expect(watch.counts()).toEqual([{ environment: 'production', level: 'pause', count: 1 }]);
  });

  it('of 300 releases is one message for each level; another environment has its own', () => {
    const names = Array.from({ length: 300 }, (_, index) => `R${index}`);
    heldFor(16, names);
    heldFor(16, ['S'], 'staging');
    expect(told().filter((line) => line.startsWith('page reached'))).toEqual(['page reached production 300', 'page reached staging 1']);
  });

  it('ends with a verdict, which says how long it was held', () => {
    const since = watch.note('A', ask20, hold).since;
    clock.advance(2 * minute);
    expect(watch.note('A', ask20, hold)).toEqual({ since, heldForMs: null });
    expect(watch.note('A', ask20, pass)).toEqual({ since: null, heldForMs: 2 * minute });
    expect(watch.note('A', ask20, pass)).toEqual({ since: null, heldForMs: null });
    expect(watch.counts()).toEqual([]);
  });

  it('is over when nobody asks any more: the rollout was aborted', () => {
    heldFor(16, ['A']);
    clock.advance(2 * minute + 1);
    expect(watch.counts()).toEqual([]);
    expect(told().slice(2)).toEqual(['notify ended production 0', 'page ended production 0']);
    expect(watch.note('A', ask20, hold).since).toBe(clock.now());
  });

  it('ends a message only when the last one on its level has ended', () => {
    heldFor(6, ['A', 'B']);
    watch.note('A', ask20, pass);
    expect(told()).toEqual(['notify reached production 2']);
    watch.note('B', ask20, pass);
    expect(told().at(-1)).toBe('notify ended production 0');
  });
});
