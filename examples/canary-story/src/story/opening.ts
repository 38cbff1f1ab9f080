import { requestsPerSecond } from './cast.ts';
import type { Narrator } from './narrator.ts';
import { figure } from './lines.ts';
import { service, storyLayer, type StorySettings } from './settings.ts';

/** What is about to be shown, and by which figures it is judged. */
export function tellOpening(
  narrator: Narrator,
  { p95BudgetMs, p99BudgetMs, errorRateBudget, warmUpMs, windowMs, stages, minimumSamples, confirmationMs }: StorySettings,
): void {
  const seconds = (ms: number) => `${figure(ms / 1000)} s`;
  const windows = stages.map((stage) => `${seconds(windowMs[stage] ?? 0)} at ${stage} %`).join(', ');
  const budget = (value: number | null, name: string) => (value === null ? `no ${name} budget` : `${name} ≤ ${figure(value)} ms`);
  narrator.print(
    [
      `A real canary of the service "${service}", from evidence to a signed verdict. Every figure below is measured here and now.`,
      `Policy layer ${storyLayer}: ${budget(p95BudgetMs, 'p95')}, errors ≤ ${figure(errorRateBudget * 100)} %, ${budget(p99BudgetMs, 'p99')}, at least ${minimumSamples} requests;`,
      `warm-up ${seconds(warmUpMs)}, window ${windows}, confirmation ${seconds(confirmationMs)}. Load: ${requestsPerSecond} requests/s, dealt exactly, never thinned out by slow answers.`,
      '',
    ].join('\n'),
  );
}
