import { openStage, questionOf, tellVerdict } from './stage.ts';
import type { StoryParts } from './story-parts.ts';

/** Release C lends itself the name of A, and release E was never published at all. */
export async function tellStepC(parts: StoryParts): Promise<void> {
  const { narrator, builds, world, ask, cast, settings, clock, signal } = parts;
  narrator.act(3, "Release C uses A's release id on other bytes; release E was never published");
  const release = await builds.packed('C');
  const [stage = ''] = settings.stages;
  await world.startCanary(release);

  const since = clock.monotonic();
  const open = await openStage(parts, { letter: 'C', release }, stage);
  open.close();
  tellVerdict(parts, { letter: 'C' }, stage, open.opening, { since, expected: { verdict: 'fail', reasons: ['DIGEST_MISMATCH'] } });
  await world.abort();
  narrator.say('C', 'aborted before it was measured');

  // The same bytes, under an id of their own: nobody vouches for them.
  const asked = clock.monotonic();
  const answer = await ask(questionOf(release, stage, cast.unpublishedId), signal);
  tellVerdict(parts, { letter: 'E' }, stage, answer, { since: asked, expected: { verdict: 'hold', reasons: ['NO_EVIDENCE'] } });
}
