import { publishBuild } from './build-act.ts';
import { openStage, tellVerdict } from './stage.ts';
import type { StoryParts } from './story-parts.ts';

/** Longest time from the return of the evidence to the verdict. */
const healingMs = 30_000;

/** Mission Control is killed while release D is held: its evidence waits in the spool, and the hold heals by itself. */
export async function tellStepD(parts: StoryParts): Promise<void> {
  const { narrator, builds, world, missionControl, publishing, settings, clock } = parts;
  narrator.act(4, 'Mission Control is killed while release D is held');
  const release = await builds.built('D');
  await publishBuild(parts, 'D', release);
  await world.startCanary(release);

  const [stage = ''] = settings.stages;
  const [since, canary] = [clock.monotonic(), { letter: 'D', release }];
  const open = await openStage(parts, canary, stage, { silently: true });
  try {
    tellVerdict(parts, canary, stage, open.opening, { since, expected: { verdict: 'hold', reasons: ['PENDING'] } });
    const measuring = open.measure();
    // Should something else fail first, nobody else would hear of this one.
    measuring.catch(() => undefined);
    await missionControl.kill();
    narrator.say('', 'Mission Control: kill -9');

    const evidence = await measuring;
    const tried = clock.monotonic();
    const { outcome, ...spooled } = await publishing.publishOrSpool(evidence);
    const why = 'error' in spooled ? ` (${spooled.error.code})` : '';
    narrator.tell(
      { release: 'D', stage, verdict: null, reasons: [], outcome, text: `evidence ${outcome}${why}`, since: tried },
      { outcome: 'spooled' },
    );

    const returning = clock.monotonic();
    await missionControl.restart();
    narrator.say('', `Mission Control is back after ${((clock.monotonic() - returning) / 1000).toFixed(1)} s, on the same data`);
    const replayed = await publishing.replay();
    const rows = await publishing.rows(evidence);
    const arrived = `${replayed.accepted > 0 ? 'accepted' : 'not accepted'}, ${rows} row${rows === 1 ? '' : 's'}, ${replayed.remaining} left`;
    narrator.tell(
      { release: 'D', stage, verdict: null, reasons: [], outcome: arrived, text: `spool replayed: ${arrived}`, since: returning },
      { outcome: 'accepted, 1 row, 0 left' },
    );

    const answer = await open.within(healingMs);
    tellVerdict(parts, canary, stage, answer, { since, expected: { verdict: 'pass', only: true } });
    const survived = answer.decision?.stageStartedAt === open.opening.decision?.stageStartedAt;
    narrator.say(
      'D',
      `the stage began ${survived ? 'when it was first asked about, before the kill' : 'anew after the kill'}: ${answer.decision?.stageStartedAt ?? 'unknown'}`,
    );
  } finally {
    open.close();
  }
}
