import type { ClientAnswer } from '@promotable/gate/client';
import { publishBuild } from './build-act.ts';
import { judgeStage } from './stage.ts';
import type { StoryParts } from './story-parts.ts';

/** Release B has green tests and a pool of one: fast enough for the load of the first stage, not for that of the last. */
export async function tellStepB(parts: StoryParts): Promise<ClientAnswer> {
  const { narrator, builds, world, settings } = parts;
  narrator.act(2, 'Release B has green tests, and a pool that is too small');
  const release = await builds.built('B');
  await publishBuild(parts, 'B', release);
  await world.startCanary(release);

  const canary = { letter: 'B', release };
  const last = settings.stages.at(-1) ?? '';
  for (const stage of settings.stages.slice(0, -1)) await judgeStage(parts, canary, stage, { verdict: 'pass', only: true });
  const answer = await judgeStage(parts, canary, last, { verdict: 'fail', reasons: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'] });
  await world.abort();
  narrator.say('B', 'aborted: A serves everything again');
  return answer;
}
