import { expect, it } from 'vitest';
import type { Reason } from '@promotable/contracts';
import { createNarrator, type Told } from './narrator.ts';
import { NotAsTold } from './story-step.ts';

function setUp() {
  let now = 0;
  let text = '';
  const clock = { now: () => now, monotonic: () => now };
  const write = (written: string) => {
    text += written;
  };
  const narrator = createNarrator({ clock, colours: false, write });
  const pass = (ms: number) => {
    now += ms;
  };
  return { narrator, text: () => text, pass };
}

const slow: Reason = {
  code: 'P95_OVER_BUDGET',
  class: 'waivable_breach',
  params: {},
  message: 'p95 2595 ms is over the budget of 350 ms',
  fix: '',
};
const failed: Told = { release: 'B', stage: '50', verdict: 'fail', reasons: [slow], since: 0 };

it('names the layer in every line, and the time', () => {
  const { narrator, text, pass } = setUp();
  pass(12_340);
  narrator.tell(failed, { verdict: 'fail' });
  narrator.say('B', 'aborted');
  narrator.held('D', '20', []);
  expect(text().trimEnd().split('\n')).toEqual([
    '  12.3 s  demo  B 50 %   FAIL  ✗ P95_OVER_BUDGET: p95 2595 ms is over the budget of 350 ms',
    '  12.3 s  demo  B        aborted',
    '  12.3 s  demo  D 20 %   HOLD',
  ]);
});

it('remembers each step for --json, with its act and how long it took', () => {
  const { narrator, pass } = setUp();
  narrator.act(2, 'Release B');
  pass(7_250);
  narrator.tell(failed, { verdict: 'fail', reasons: ['P95_OVER_BUDGET'] });
  expect(narrator.steps).toEqual([
    {
      step: 2,
      release: 'B',
      stage: '50',
      verdict: 'fail',
      reasons: ['P95_OVER_BUDGET'],
      outcome: null,
      seconds: 7.25,
      asTold: true,
      measured: null,
      decisionId: null,
    },
  ]);
});

it('says what was expected and what was seen when a step did not come out as told', () => {
  const { narrator, text } = setUp();
  expect(() => narrator.tell(failed, { verdict: 'pass', only: true })).toThrow(NotAsTold);
  expect(text()).toContain('FAILED  expected pass; seen fail P95_OVER_BUDGET');
  expect(narrator.steps.map(({ asTold }) => asTold)).toEqual([false]);
});

it.each([
  [{ verdict: 'fail', reasons: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'] } as const],
  [{ verdict: 'fail', only: true } as const],
  [{ outcome: 'duplicate, 1 row' } as const],
])('takes nothing for %j that lacks part of it', (expected) => {
  const { narrator } = setUp();
  expect(() => narrator.tell(failed, expected)).toThrow(NotAsTold);
});
