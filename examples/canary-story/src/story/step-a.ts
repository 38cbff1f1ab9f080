import { publishBuild } from './build-act.ts';
import { judgeStage } from './stage.ts';
import type { StoryParts } from './story-parts.ts';

/** Release A is sound: it passes each stage, and its evidence counts once however often it is published. */
export async function tellStepA(parts: StoryParts): Promise<void> {
  const { narrator, builds, world, publishing, settings, clock } = parts;
  narrator.act(1, 'Release A is sound');
  const release = await builds.built('A');
  const evidence = await publishBuild(parts, 'A', release);
  await world.startCanary(release);
  // While A is measured, whose pool is never short: B's one slot would show every builder.
  for (const later of [builds.built('B'), builds.packed('C'), builds.built('D')]) later.catch(() => undefined);
  for (const stage of settings.stages) await judgeStage(parts, { letter: 'A', release }, stage, { verdict: 'pass', only: true });
  await world.promote();
  narrator.say('A', 'promoted: it is the stable version now');

  const since = clock.monotonic();
  const again = await publishing.publish(evidence);
  const rows = await publishing.rows(evidence);
  const outcome = `${again.outcome}, ${rows} row${rows === 1 ? '' : 's'}`;
  narrator.tell(
    { release: 'A', stage: 'build', verdict: null, reasons: [], outcome, text: `the same evidence published again: ${outcome}`, since },
    { outcome: 'duplicate, 1 row' },
  );
}
