import { expect, test } from 'vitest';
import { runSteps } from './run-steps.ts';
import type { Step } from './step.ts';
import { onePassed } from './tally.ts';

const green: Step = { name: 'green', run: async () => onePassed };
const broken: Step = { name: 'broken', run: () => Promise.reject(new Error('no such file')) };
const needy: Step = { name: 'needy', needs: 'a browser', run: async () => onePassed };

async function run(steps: readonly Step[], light: boolean): Promise<{ lines: string[]; outcome: Awaited<ReturnType<typeof runSteps>> }> {
  const lines: string[] = [];
  const outcome = await runSteps(steps, { root: '.', light, say: (line) => lines.push(line) });
  return { lines, outcome };
}

test('a step that throws has failed, and the others still run', async () => {
  const { lines, outcome } = await run([broken, green], false);
  expect(outcome).toEqual({ total: { passed: 1, failed: 1, skipped: 0 }, red: ['broken'], leftOut: [] });
  expect(lines.join('\n')).toContain('no such file');
});

test('a light run leaves out what npm does not give, says so and counts it as skipped; a whole run leaves out nothing', async () => {
  const light = await run([needy, green], true);
  expect(light.outcome).toEqual({ total: { passed: 1, failed: 0, skipped: 1 }, red: [], leftOut: ['needy (needs a browser)'] });
  expect(light.lines[0]).toBe('[1/2] needy: left out, needs a browser');
  expect((await run([needy, green], false)).outcome.total).toEqual({ passed: 2, failed: 0, skipped: 0 });
});
