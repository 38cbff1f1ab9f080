import type { Context, Step } from './step.ts';
import { oneFailed, oneSkipped, sum, type Tally } from './tally.ts';

export interface Outcome {
  readonly total: Tally;
  /** Names of the steps that failed. */
  readonly red: readonly string[];
  /** What `--light` did not run, each with what it needs. */
  readonly leftOut: readonly string[];
}

/** Runs the steps in order, one line before and one after each; a step that throws has failed, and the others go on. */
export async function runSteps(steps: readonly Step[], context: Context): Promise<Outcome> {
  const tallies: Tally[] = [];
  const red: string[] = [];
  const leftOut: string[] = [];
  for (const [index, step] of steps.entries()) {
    const label = `[${index + 1}/${steps.length}] ${step.name}`;
    if (context.light && step.needs !== undefined) {
      context.say(`${label}: left out, needs ${step.needs}`);
      leftOut.push(`${step.name} (needs ${step.needs})`);
      tallies.push(oneSkipped);
      continue;
    }
    context.say(`${label} …`);
    const started = performance.now();
    const tally = await step.run(context).catch((error: Error) => {
      context.say(error.stack ?? error.message);
      return oneFailed;
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    context.say(`${label}: ${tally.failed > 0 ? 'FAILED' : tally.passed > 0 ? 'ok' : 'skipped'}, ${seconds} s`);
    if (tally.failed > 0) red.push(step.name);
    tallies.push(tally);
  }
  return { total: sum(tallies), red, leftOut };
}
